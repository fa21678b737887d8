//! What stands behind the inputs of a command: the network through the sandbox, or the recording of one.

use super::CliError;
use super::answers::VectorFolder;
use super::arguments::NetworkArguments;
use super::input::DrawPage;
use crate::config::KioskConfig;
use crate::health_link::Passcode;
use crate::net::{Broker, prepare_tls, system_lookup};
use crate::resolve::Strictness;
use crate::runtime;
use crate::sandbox::{MemoryCache, Sandbox, SandboxOptions, ShareJob, ShareReply, Steps};
use crate::scan::ScannedCode;
use crate::trust::TrustList;
use crate::viewing::Viewable;
use std::path::Path;

/// What stands behind the inputs of a command.
pub(super) struct Around<'a> {
    /// From a code to its form, with the steps on the way.
    pub(super) resolve: &'a dyn Fn(&ScannedCode) -> ShareReply,
    /// Draws a page of a PDF that may hold codes.
    pub(super) draw: DrawPage<'a>,
}

/// What a code is read with, beside the code.
pub(super) struct How {
    pub(super) passcode: Option<Passcode>,
    pub(super) steps: Steps,
}

/// Reads codes over the network in the sandbox; or in this process, from the recording of a network.
pub(super) fn with_network(
    config: Option<&Path>,
    options: &NetworkArguments,
    how: How,
    then: &mut dyn FnMut(&Around<'_>) -> Result<u8, CliError>,
) -> Result<u8, CliError> {
    let job = |code: &ScannedCode, recipient: &str, trust: &TrustList, now| ShareJob {
        code: Box::new(code.clone()),
        passcode: how.passcode.clone(),
        recipient: recipient.to_owned(),
        trust: trust.clone(),
        now,
        day: runtime::local_day(now),
        strictness: Strictness::Kiosk,
        steps: how.steps,
    };
    prepare_tls();
    let config = config.map(KioskConfig::read).transpose()?;
    let bare = KioskConfig::default();
    let settings = config.as_ref().unwrap_or(&bare);
    let sandbox = Sandbox::new(SandboxOptions {
        broker: Broker::new(runtime::egress_policy(settings, system_lookup())),
        authority: runtime::trusted_ca(settings)?,
        issuer_cache: Box::new(MemoryCache::default()),
    });
    let draw = |document: &Viewable, page| sandbox.draw_page(document, page, &|| true).map(|(picture, _)| picture);
    if let Some(folder) = &options.answers {
        let folder = VectorFolder::open(folder)?;
        let (answers, trust) = (folder.all_answers(), TrustList::empty(folder.now));
        let resolve = |code: &ScannedCode| job(code, "ktc-kiosk", &trust, folder.now).run(&answers);
        return then(&Around { resolve: &resolve, draw: &draw });
    }
    let recipient = config.as_ref().map(|config| config.clinic.as_str()).or(options.recipient.as_deref());
    let recipient = recipient.ok_or(CliError::Usage("give --recipient (the organisation's name), or --config"))?;
    let trust = runtime::trust_list(settings)?;
    let resolve = |code: &ScannedCode| sandbox.read_share(job(code, recipient, &trust, runtime::now()), &|| true).0;
    then(&Around { resolve: &resolve, draw: &draw })
}
