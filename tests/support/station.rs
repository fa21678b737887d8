//! A station without a window: a real kiosk, a real store, real servers, and a person who waits for screens.

use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::filing::SubmissionId;
use ktc_kiosk::intake::IntakeItem;
use ktc_kiosk::net::system_lookup;
use ktc_kiosk::reconciliation::{ChartSearch, Comparison, PatientChoice};
use ktc_kiosk::runtime::{Kiosk, hash_pin};
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::session::{Input, ReviewInput, Session, State, WhereItWaits};
use ktc_kiosk::trouble::Trouble;
use ktc_testbed::https::{Answer, HttpsServer};
use ktc_testbed::share::{FHIR_JSON, JOSE, ShareLink, encrypt_file};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub const PIN: &str = "271828";

/// Writes a configuration into `folder`, with a sealing key of its own.
pub fn configure(folder: &Path, shares: &HttpsServer, ehr: &str) -> KioskConfig {
    fs::write(folder.join("ca.pem"), shares.ca_pem()).expect("a file");
    let key = folder.join("sealing.key");
    if !key.exists() {
        let text = ktc_kiosk::store::SealingKey::new_text().expect("a key");
        fs::write(&key, text.reveal()).expect("a file");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("its owner's alone");
    }
    let toml = format!(
        "[clinic]\nname = \"Test Clinic\"\n[ehr]\nbase_url = \"{ehr}\"\nnew_patients = true\n[egress]\nloopback_ports = [{}]\n\
         trusted_ca_file = \"ca.pem\"\n[store]\nfolder = \"data\"\nsealing_key_file = \"sealing.key\"\n[printer]\nfile = \"tickets\"\n\
         [[staff]]\nid = \"mw\"\nname = \"Mara Weiss\"\npin = \"{}\"\n",
        shares.port(),
        hash_pin(PIN).expect("a hash")
    );
    let path = folder.join("kiosk.toml");
    fs::write(&path, toml).expect("a file");
    KioskConfig::read(&path).expect("a configuration")
}

/// Takes the EHR out of the configuration: check-ins go into the folder.
pub fn without_ehr(folder: &Path) -> KioskConfig {
    let path = folder.join("kiosk.toml");
    let toml = fs::read_to_string(&path).expect("a configuration");
    let kept = |line: &&str| !["[ehr]", "base_url", "new_patients"].iter().any(|gone| line.starts_with(gone));
    let toml: Vec<&str> = toml.lines().filter(kept).collect();
    fs::write(&path, toml.join("\n")).expect("a file");
    let config = KioskConfig::read(&path).expect("a configuration");
    assert!(config.ehr.is_none());
    config
}

/// Adds a list of issuers with one entry to the configuration.
pub fn trust(folder: &Path, issuer: &str) -> KioskConfig {
    let list = serde_json::json!({"as_of": "2026-11-01", "issuers": [{"iss": issuer, "name": "Test Health Office"}]});
    fs::write(folder.join("issuers.json"), list.to_string()).expect("a file");
    let path = folder.join("kiosk.toml");
    let toml = fs::read_to_string(&path).expect("a configuration");
    fs::write(&path, format!("{toml}[trust]\nissuers_file = \"issuers.json\"\n")).expect("a file");
    KioskConfig::read(&path).expect("a configuration")
}

/// Publishes a bundle as a direct file and gives the link's text.
pub fn publish(shares: &HttpsServer, bundle: &Value) -> String {
    let link = ShareLink::direct(&shares.origin(), "Records");
    let file = encrypt_file(bundle.to_string().as_bytes(), &link.key, false, Some(FHIR_JSON));
    shares.route(&link.path(), Answer::ok(JOSE, file));
    link.shlink()
}

/// A kiosk and somebody in front of it.
pub struct Station {
    pub kiosk: Kiosk,
}

impl Station {
    pub fn open(config: &KioskConfig) -> Station {
        Station { kiosk: Kiosk::start(config, system_lookup(), Arc::new(|| {})).expect("the kiosk starts") }
    }

    pub fn session(&self) -> &Session {
        self.kiosk.session().expect("a session")
    }

    pub fn state(&self) -> &'static str {
        self.session().state.word()
    }

    /// Waits until the session stands in one of these states.
    pub fn until(&mut self, words: &[&str]) -> &'static str {
        for _ in 0..2_000 {
            self.kiosk.pump();
            if words.contains(&self.state()) {
                return self.state();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("waited for {words:?} and stands in {}", self.state());
    }

    /// Waits until something about the session holds.
    pub fn until_that(&mut self, holds: impl Fn(&Session) -> bool) {
        for _ in 0..2_000 {
            self.kiosk.pump();
            if holds(self.session()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("waited in vain in {}", self.state());
    }

    pub fn show(&mut self, code: &str) {
        self.kiosk.handle(Input::DoneTouched);
        self.kiosk.handle(Input::StartTouched);
        self.kiosk.handle(Input::CodeSeen(Sensitive::from(code)));
    }

    /// Shows a code and gives the trouble that it ends in.
    pub fn trouble(&mut self, code: &str) -> Trouble {
        self.show(code);
        self.until(&["in-trouble", "sharing", "asking-passcode"]);
        match &self.session().state {
            State::InTrouble(trouble) => trouble.trouble,
            other => panic!("no trouble, but {}", other.word()),
        }
    }

    /// Goes from a code to the review, chart searched.
    pub fn review(&mut self, code: &str) {
        self.show(code);
        self.until(&["sharing"]);
        self.kiosk.handle(Input::SharingAgreed);
        for digit in PIN.bytes() {
            self.kiosk.handle(Input::PinDigit(digit - b'0'));
        }
        self.until(&["reviewing"]);
        self.until_searched();
    }

    fn until_searched(&mut self) {
        self.until_that(|session| match &session.state {
            State::Reviewing(reviewing) => {
                !matches!(reviewing.reconciliation.choice().search(), ChartSearch::Searching)
            }
            _ => false,
        });
    }

    /// Signs in for the list of what waits, while nobody checks in; those that were kept without a chart.
    pub fn kept(&mut self) -> Vec<SubmissionId> {
        self.kiosk.handle(Input::DoneTouched);
        self.kiosk.handle(Input::StaffTouched);
        for digit in PIN.bytes() {
            self.kiosk.handle(Input::PinDigit(digit - b'0'));
        }
        self.until_that(|session| matches!(&session.state, State::Queue(queue) if queue.waiting.is_some()));
        let State::Queue(queue) = &self.session().state else { panic!("no list") };
        queue.waiting.iter().flat_map(|list| &list.kept).map(|kept| kept.submission.clone()).collect()
    }

    /// Looks whose this one of the list is, opens it, and waits until its chart is searched; the name that was shown.
    pub fn open_kept(&mut self, submission: &SubmissionId) -> String {
        self.kiosk.handle(Input::WaitingTouched(submission.clone(), WhereItWaits::Kept));
        self.until_that(|session| matches!(&session.state, State::Queue(queue) if queue.shown.is_some()));
        let State::Queue(queue) = &self.session().state else { panic!("no list") };
        let label = queue.shown.as_ref().and_then(|shown| shown.label.as_ref()).expect("a name");
        let name = label.name.reveal().clone();
        self.kiosk.handle(Input::KeptOpenTouched);
        self.until(&["reviewing"]);
        self.until_searched();
        name
    }

    /// Picks a chart, confirms with the patient what is asked, and waits until it is compared.
    pub fn choose(&mut self, choice: PatientChoice) {
        self.kiosk.handle(ReviewInput::PatientChosen(choice));
        let State::Reviewing(reviewing) = &self.session().state else { panic!("not reviewing") };
        let asked = reviewing.reconciliation.choice().identity();
        let asked =
            asked.map(|identity| identity.wanted().iter().chain(identity.one_of().last()).cloned().collect::<Vec<_>>());
        for (identifier, _) in asked.into_iter().flatten() {
            self.kiosk.handle(ReviewInput::IdentifierConfirmed(identifier));
        }
        self.until_that(|session| match &session.state {
            State::Reviewing(reviewing) => {
                let chosen = reviewing.reconciliation.chosen();
                chosen.is_none_or(|chosen| !chosen.is_awaited() && chosen.arrivals().told().is_some())
            }
            _ => panic!("the review ended"),
        });
    }

    /// Picks a chart, ticks everything that the chart does not hold, and confirms.
    pub fn confirm_all(&mut self, choose: impl Fn(&ChartSearch) -> PatientChoice) {
        let State::Reviewing(reviewing) = &self.session().state else { panic!("not reviewing") };
        let form = &reviewing.reconciliation;
        let choice = choose(form.choice().search());
        self.choose(choice);
        let State::Reviewing(reviewing) = &self.session().state else { panic!("not reviewing") };
        let form = &reviewing.reconciliation;
        let is_held = |item: &&IntakeItem| form.comparison(item.id) == Comparison::Same;
        let items: Vec<_> = form.intake().items.iter().filter(|item| !is_held(item)).map(|item| item.id).collect();
        items.into_iter().for_each(|item| self.kiosk.handle(ReviewInput::ItemToggled(item)));
        self.kiosk.handle(ReviewInput::IntakeConfirmed);
    }
}
