//! Where check-ins go: the EHR, with the folder for what it does not take, or the folder alone.

use super::setup::StartError;
use crate::config::KioskConfig;
use crate::filing::{EhrReply, Method, NoAnswer, Profile, Request, Site};
use crate::folder::Folder;
use crate::net::EhrClient;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;

/// How soon an EHR that did not say what it can do is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(30);

/// Where check-ins go.
#[derive(Clone)]
pub enum Destination {
    /// The EHR; what it does not take goes into the folder.
    Ehr(EhrClient, Folder),
    /// No EHR.
    Folder(Folder),
}

impl Destination {
    /// As the configuration says.
    pub fn new(config: &KioskConfig, ehr: Option<EhrClient>) -> Destination {
        let folder = Folder::new(config.folder.clone());
        match ehr {
            Some(ehr) => Destination::Ehr(ehr, folder),
            None => Destination::Folder(folder),
        }
    }

    /// Carries out a request of a plan.
    pub async fn ask(&self, request: &Request) -> Result<EhrReply, NoAnswer> {
        match (self, request.method) {
            (Destination::Ehr(_, folder) | Destination::Folder(folder), Method::Keep) => folder.keep(request),
            (Destination::Ehr(ehr, _), _) => ehr.ask(request).await,
            (Destination::Folder(_), _) => Err(NoAnswer::NotSent),
        }
    }
}

/// What plans are made for. The profile counts at once, what the EHR says of itself as soon as it has said it.
#[derive(Clone)]
pub(super) struct SharedSite(Arc<Mutex<Site>>);

impl SharedSite {
    pub(super) fn new(config: &KioskConfig) -> Result<SharedSite, StartError> {
        let profile = match &config.ehr {
            Some(ehr) => ehr.profile.clone(),
            None => Profile::named("folder")?,
        };
        Ok(SharedSite(Arc::new(Mutex::new(Site { profile, capabilities: None }))))
    }

    pub(super) fn get(&self) -> Site {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the EHR until it answers. The task ends with the runtime.
    pub(super) fn learn(&self, ehr: EhrClient, runtime: &Handle) {
        let site = self.clone();
        runtime.spawn(async move {
            loop {
                if let Ok(stated) = ehr.capabilities().await {
                    site.0.lock().unwrap_or_else(PoisonError::into_inner).capabilities = Some(stated);
                    return;
                }
                tokio::time::sleep(ASK_AGAIN).await;
            }
        });
    }
}
