//! Where check-ins go: the EHR, with the folder for what it does not take, or the folder alone.

use super::setup::StartError;
use crate::config::KioskConfig;
use crate::delivery::{EhrReply, FolderFailed, FolderFiles, InFolder, NoAnswer, Request, SimilarCharts};
use crate::filing::{NewPatient, Profile, Site};
use crate::folder::Folder;
use crate::net::EhrClient;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;

/// An EHR that was changed is asked again what it can do, this late.
const CURRENT: Duration = Duration::from_secs(3600);
/// How soon an EHR that did not say is asked again.
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

    /// Sends a request of a plan to the EHR.
    pub async fn ask(&self, request: &Request) -> Result<EhrReply, NoAnswer> {
        match self {
            Destination::Ehr(ehr, _) => ehr.ask(request).await,
            Destination::Folder(_) => Err(NoAnswer::NotSent),
        }
    }

    /// Searches the EHR for charts that fit somebody who is about to get one, as at the review.
    pub async fn find(&self, new: &NewPatient, name: &str) -> Result<SimilarCharts, NoAnswer> {
        match self {
            Destination::Ehr(ehr, _) => ehr.similar_charts(new, name).await,
            Destination::Folder(_) => Ok(SimilarCharts::unknown()),
        }
    }

    /// Puts files of a plan into the folder.
    pub fn keep(&self, files: &FolderFiles) -> Result<InFolder, FolderFailed> {
        let (Destination::Ehr(_, folder) | Destination::Folder(folder)) = self;
        folder.keep(files)
    }
}

/// What plans are made for, and chart searches. The profile counts at once, what the EHR says of itself as soon as it has
/// said it.
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

    /// Asks the EHR until it answers, and then now and then. The task ends with the runtime.
    pub(super) fn keep_current(&self, ehr: EhrClient, runtime: &Handle) {
        let site = self.clone();
        runtime.spawn(async move {
            loop {
                let heard = site.refresh(&ehr).await;
                tokio::time::sleep(if heard { CURRENT } else { ASK_AGAIN }).await;
            }
        });
    }

    /// Asks the EHR once. One that gives no answer counts as the one that it was.
    async fn refresh(&self, ehr: &EhrClient) -> bool {
        let stated = ehr.capabilities().await;
        let heard = stated.is_ok();
        if let Ok(stated) = stated {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).capabilities = Some(stated);
        }
        heard
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Credentials, EhrTls, prepare_tls};
    use serde_json::{Value, json};
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    /// An EHR that answers with each of these statements once, and then no more.
    fn ehr(statements: Vec<Value>) -> EhrClient {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}/fhir", listener.local_addr().expect("an address"));
        let serve = move || {
            for statement in statements {
                let (mut stream, _) = listener.accept().expect("a caller");
                let _ = stream.read(&mut [0; 4096]).expect("a request");
                let body = statement.to_string();
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                stream.write_all((head + &body).as_bytes()).expect("sent");
            }
        };
        std::thread::Builder::new().name("test-ehr".into()).spawn(serve).expect("a thread");
        prepare_tls();
        let http = EhrTls::new(None, None).expect("TLS").client().expect("a client");
        EhrClient::new(http, base.parse().expect("an address"), Credentials::None)
    }

    #[test]
    fn a_statement_that_changed_counts_for_the_next_plan_and_an_ehr_without_an_answer_is_the_one_that_it_was() {
        let statement = |interactions: Value| json!({"resourceType": "CapabilityStatement", "rest": [{"interaction": interactions}]});
        let ehr = ehr(vec![statement(json!([{"code": "transaction"}])), statement(json!([]))]);
        let site = SharedSite::new(&KioskConfig::default()).expect("a profile");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let transactions = || site.get().capabilities.map(|capabilities| capabilities.transactions);
        assert_eq!(transactions(), None, "nothing is stated yet");
        for (heard, stated) in [(true, Some(true)), (true, Some(false)), (false, Some(false))] {
            assert_eq!(runtime.block_on(site.refresh(&ehr)), heard);
            assert_eq!(transactions(), stated);
        }
    }
}
