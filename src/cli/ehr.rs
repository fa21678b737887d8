//! `ktc-kiosk ehr check`: what works with the EHR, step by step, in plain words for clinic IT. A line for each step, and who
//! must do what. Nothing is written to the EHR; of patients, nothing is printed.

use super::CliError;
use super::dry_run::{DryRun, dry_run};
use super::ehr_advice::{advice_on, advice_on_obstacle, advice_on_sign_in};
use super::report::Report;
use crate::config::{EhrAccess, EhrConfig, KioskConfig, SignInConfig};
use crate::filing::{Capabilities, Site};
use crate::net::{
    Credentials, EhrClient, EhrError, Reach, SearchHonesty, SignIn, SignInError, SignedIn, difference, not_granted,
    prepare_tls,
};
use crate::runtime;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// A larger difference of clocks is worth a line; a minute more, and servers refuse.
const CLOCK_NOTE_SECS: i64 = 30;
/// Read and write of a secret belong to its owner.
const OTHERS: u32 = 0o077;

/// Prints the findings; returns whether nothing failed.
pub(super) fn check(config: &KioskConfig, out: &mut dyn Write) -> Result<bool, CliError> {
    prepare_tls();
    let report = &mut Report::new(out);
    examine(report, config)?;
    Ok(report.ready())
}

/// Each step needs the one before it: after a failure the others are not tried.
pub(super) fn examine(report: &mut Report<'_>, config: &KioskConfig) -> Result<(), CliError> {
    let Some(ehr) = &config.ehr else {
        return Ok(report.attention("EHR", "no [ehr] in the configuration: check-ins are kept as files in the folder")?);
    };
    secrets(report, ehr)?;
    let made = runtime::ehr(config).and_then(|client| Ok((client, runtime::ehr_tls(config, ehr)?)));
    let (client, tls) = match made {
        Ok((Some(client), tls)) => (client, tls),
        Ok((None, _)) => return Ok(()),
        Err(error) => return Ok(report.failed("EHR files", &format!("{error}. Clinic IT: mend the file"))?),
    };
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if !reach(report, tls.reach(&ehr.base_url, runtime::now()))? {
        return Ok(());
    }
    let Some(way_in) = signed_in(report, ehr, &client, &tokio)? else { return Ok(()) };
    if let Some(capabilities) = capable(report, &client, &tokio)? {
        search(report, &client, &tokio)?;
        let site = Site { profile: ehr.profile.clone(), capabilities: Some(capabilities) };
        plan(report, (&config.clinic, ehr.new_patients), &site, &way_in)?;
    }
    Ok(())
}

/// Whether somebody else on this computer can read a secret.
fn secrets(report: &mut Report<'_>, ehr: &EhrConfig) -> io::Result<()> {
    let mut files: Vec<&PathBuf> = match &ehr.access {
        EhrAccess::Open => Vec::new(),
        EhrAccess::BearerToken(file) => vec![file],
        EhrAccess::SignIn(sign_in) => sign_in.key_files.iter().collect(),
    };
    files.extend(ehr.client_certificate.as_ref().map(|(_, key)| key));
    for file in files {
        // A file that is not there is reported when it is read.
        let open = std::fs::metadata(file).is_ok_and(|about| about.permissions().mode() & OTHERS != 0);
        if open {
            let said =
                format!("{} can be read by others. Clinic IT: chmod 600, owned by the kiosk's user", file.display());
            report.attention("EHR files", &said)?;
        }
    }
    Ok(())
}

fn reach(report: &mut Report<'_>, reach: Reach) -> io::Result<bool> {
    match reach {
        Reach::NoAddress => {
            let said = "the name in ehr.base_url has no address. Clinic IT: check the name, and the name server";
            report.failed("EHR reach", said)?;
            return Ok(false);
        }
        Reach::Stopped(obstacle) => {
            report.failed("EHR reach", &format!("{obstacle}. {}", advice_on_obstacle(obstacle)))?;
            return Ok(false);
        }
        Reach::Plain => report.attention("EHR reach", "connected, without TLS: right on this very machine only")?,
        Reach::Secure { runs_out_soon: false } => {
            report.ok("EHR reach", "connected; its certificate is good for 30 days and more")?
        }
        Reach::Secure { runs_out_soon: true } => {
            let said = "connected; its certificate runs out within 30 days. EHR's administrators: renew it";
            report.attention("EHR reach", said)?;
        }
    }
    Ok(true)
}

/// What the EHR's authorization server said that this kiosk may do; `None` when it was not asked or does not say.
struct WayIn {
    granted: Option<Vec<String>>,
}

fn signed_in(
    report: &mut Report<'_>,
    ehr: &EhrConfig,
    client: &EhrClient,
    tokio: &Runtime,
) -> io::Result<Option<WayIn>> {
    match (client.credentials(), &ehr.access) {
        (Credentials::SignIn(sign_in), EhrAccess::SignIn(config)) => return sign_in_at(report, sign_in, config, tokio),
        (Credentials::Bearer(_), _) => {
            report.ok("EHR sign-in", "a token from a file goes with each request; whether it is good shows below")?
        }
        _ if ehr.client_certificate.is_some() => report.ok("EHR sign-in", "by the client certificate only")?,
        _ => report.attention("EHR sign-in", "none is configured: right for a test server only")?,
    }
    Ok(Some(WayIn { granted: None }))
}

fn sign_in_at(
    report: &mut Report<'_>,
    sign_in: &SignIn,
    config: &SignInConfig,
    tokio: &Runtime,
) -> io::Result<Option<WayIn>> {
    let signed_in = match tokio.block_on(sign_in.renew()) {
        Ok(signed_in) => signed_in,
        Err(error) => {
            let said = match &error {
                SignInError::Refused { said: Some(said), .. } => format!("{error} (it says: {said})"),
                error => error.to_string(),
            };
            report.failed("EHR sign-in", &format!("{said}. {}", advice_on_sign_in(&error)))?;
            return Ok(None);
        }
    };
    let SignedIn { alg, token_endpoint, life, .. } = &signed_in;
    let host = token_endpoint.host_str().unwrap_or_default();
    let said = format!("{host} gave a token for {} s; signed with {}", life.as_secs(), alg.name());
    report.ok("EHR sign-in", &said)?;
    if let Some(ahead) = signed_in.clock_ahead_secs.filter(|ahead| ahead.abs() > CLOCK_NOTE_SECS) {
        let said = format!("this computer's clock {}. Clinic IT: set the clock", difference(ahead));
        report.attention("EHR clock", &said)?;
    }
    scopes(report, &signed_in, &config.scopes)?;
    Ok(Some(WayIn { granted: signed_in.granted }))
}

fn scopes(report: &mut Report<'_>, signed_in: &SignedIn, asked: &[String]) -> io::Result<()> {
    let granted = signed_in.granted.as_ref().map(|granted| granted.join(" "));
    match (&signed_in.not_granted[..], asked, granted) {
        ([], [], Some(granted)) => report.ok("EHR scopes", &format!("none were asked for; granted: {granted}")),
        ([], [], None) => report.ok("EHR scopes", "none were asked for; the server does not say what it granted"),
        ([], _, None) => report.ok("EHR scopes", "the server grants what was asked for"),
        ([], _, Some(granted)) => report.ok("EHR scopes", &format!("all that was asked for; granted: {granted}")),
        (missing, _, granted) => {
            let (missing, granted) = (missing.join(" "), granted.unwrap_or_default());
            let who =
                "EHR's administrators: grant them to this client. Clinic IT: or take them out of ehr.sign_in.scopes";
            report.failed("EHR scopes", &format!("not granted: {missing}; granted: {granted}. {who}"))
        }
    }
}

/// What the EHR says of itself. What it lacks, the plan goes around.
fn capable(report: &mut Report<'_>, client: &EhrClient, tokio: &Runtime) -> io::Result<Option<Capabilities>> {
    let what = "EHR capabilities";
    let capabilities = match tokio.block_on(client.capabilities()) {
        Ok(capabilities) => capabilities,
        Err(error) => {
            failed(report, what, &error)?;
            return Ok(None);
        }
    };
    let version = format!("FHIR {}", capabilities.fhir_version);
    if !capabilities.fhir_version.starts_with("4.0") {
        let who = "EHR's administrators: the kiosk needs the address of R4 (4.0)";
        report.failed(what, &format!("{version}. {who}"))?;
        return Ok(None);
    }
    if !capabilities.lists_types() {
        report.attention(what, &format!("{version}; it does not list what it can do, so the profile alone counts"))?;
        return Ok(Some(capabilities));
    }
    let mut lacks = Vec::new();
    if !capabilities.transactions {
        lacks.push("takes no transactions".to_owned());
    }
    let (not_created, unconditional) = (capabilities.not_created(), capabilities.unconditional());
    if !not_created.is_empty() {
        lacks.push(format!("creates no {}", not_created.join(", ")));
    }
    if !unconditional.is_empty() {
        let kinds = unconditional.join(", ");
        lacks.push(format!("does not look whether it is there already before it creates {kinds}"));
    }
    if lacks.is_empty() {
        report.ok(what, &format!("{version}; transactions and conditional creates"))?;
    } else {
        let so = "The plan below goes around it";
        report.attention(what, &format!("{version}; by its own words it {}. {so}", lacks.join("; ")))?;
    }
    Ok(Some(capabilities))
}

fn search(report: &mut Report<'_>, client: &EhrClient, tokio: &Runtime) -> io::Result<()> {
    let what = "EHR search";
    match tokio.block_on(client.search_honesty()) {
        Ok(SearchHonesty::Honoured) => report.ok(what, "a search for nobody found nobody"),
        Ok(SearchHonesty::Unsaid(parameter)) => {
            let said =
                format!("a search for nobody found nobody; the answer does not say that it looked at `{parameter}`");
            report.attention(what, &said)
        }
        Ok(SearchHonesty::Ignored(parameter)) => {
            let who =
                "The kiosk compares each result itself. EHR's administrators: this search parameter does not work";
            report.attention(what, &format!("a search for nobody by `{parameter}` found somebody. {who}"))
        }
        Err(error) => failed(report, what, &error),
    }
}

fn plan(report: &mut Report<'_>, (clinic, new_patients): (&str, bool), site: &Site, way_in: &WayIn) -> io::Result<()> {
    let what = "EHR plan";
    let Some(DryRun { words, creates }) = dry_run(clinic, new_patients, site) else {
        return report.failed(
            what,
            "no plan could be made of an invented check-in. This is a defect of the kiosk: tell its makers",
        );
    };
    let said =
        format!("by the profile {}, an invented check-in would go as {words}; nothing was sent", site.profile.name);
    let mut needed = vec!["system/Patient.rs".to_owned()];
    needed.extend(creates.iter().map(|kind| format!("system/{kind}.c")));
    let missing = way_in.granted.as_ref().map_or(Vec::new(), |granted| not_granted(&needed, granted));
    if missing.is_empty() {
        return report.ok(what, &said);
    }
    let who = "EHR's administrators: grant them. Clinic IT: ask for them in ehr.sign_in.scopes, in the EHR's spelling";
    report.attention(what, &format!("{said}. It needs more than was granted: {}. {who}", missing.join(" ")))
}

fn failed(report: &mut Report<'_>, what: &str, error: &EhrError) -> io::Result<()> {
    report.failed(what, &format!("{error}. {}", advice_on(error)))
}
