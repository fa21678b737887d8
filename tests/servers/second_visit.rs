//! A patient who comes again with the same share, at a real server: nothing is asked twice, and what is new is asked alone.

use crate::support::station::{Station, configure, publish};
use ktc_kiosk::delivery::FilingOutcome;
use ktc_kiosk::intake::{ItemId, Section};
use ktc_kiosk::reconciliation::{COMPARED, Decided, PatientChoice, Reconciliation};
use ktc_kiosk::session::{ReviewInput, State};
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::https::HttpsServer;
use ktc_testbed::people::minh_anh;
use serde_json::{Value, json};

fn form(station: &Station) -> &Reconciliation {
    let State::Reviewing(reviewing) = &station.session().state else { panic!("not reviewing") };
    &reviewing.reconciliation
}

fn only_chart(station: &Station) -> PatientChoice {
    let [chart] = form(station).choice().search().candidates() else { panic!("one chart") };
    PatientChoice::Existing(chart.id.clone())
}

/// Shows the code, chooses the chart, and waits for what is remembered.
fn come_again(station: &mut Station, code: &str) {
    station.review(code);
    let chart = only_chart(station);
    station.choose(chart);
}

fn finish(station: &mut Station) {
    station.kiosk.handle(ReviewInput::IntakeConfirmed);
    station.until(&["complete"]);
    let State::Complete(complete) = &station.session().state else { panic!("complete") };
    assert_eq!(complete.ticket.outcome, FilingOutcome::Accepted);
}

fn with_allergies(titles: &[&str]) -> Value {
    let mut bundle = minh_anh().shared_bundle();
    let entries = bundle["entry"].as_array_mut().expect("entries");
    let person = entries.iter().find(|entry| entry["resource"]["resourceType"] == "Patient").expect("a person");
    let who = json!({"reference": person["fullUrl"]});
    for (number, title) in titles.iter().enumerate() {
        entries.push(json!({"fullUrl": format!("urn:uuid:00000000-0000-4000-8000-00000000000{number}"),
            "resource": {"resourceType": "AllergyIntolerance", "patient": who, "code": {"text": title}}}));
    }
    bundle
}

fn titled(form: &Reconciliation, title: &str) -> ItemId {
    form.intake().items.iter().find(|item| item.title.reveal() == title).expect("an item").id
}

#[test]
fn the_same_share_asks_nothing_and_with_one_new_allergy_that_alone() {
    let server = FhirServer::start().expect("a FHIR server");
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &shares, &server.base_url());
    let mut station = Station::open(&config);
    let person = minh_anh();
    let chart = json!({"resourceType": "Patient", "id": "hers", "birthDate": person.birth_date, "gender": person.gender,
        "name": [{"family": person.family, "given": ["Minh", "Anh"]}],
        "telecom": [{"system": "phone", "value": "+1-512-234-0000", "use": "home"}]});
    let entry = json!({"resource": chart, "request": {"method": "PUT", "url": "Patient/hers"}});
    let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": [entry]});
    assert_eq!(server.post("", &bundle).expect("an answer").status, 200);

    // The first visit: latex is left out, everything else that is asked about is filed, the chart's own details stay.
    let code = publish(&shares, &with_allergies(&["Latex"]));
    come_again(&mut station, &code);
    let asked = form(&station).open_decisions();
    assert!(asked > 3, "{asked}");
    let items: Vec<ItemId> = form(&station).intake().items.iter().map(|item| item.id).collect();
    let latex = titled(form(&station), "Latex");
    for item in items {
        let touch = if item == latex { ReviewInput::ItemLeft(item) } else { ReviewInput::ItemToggled(item) };
        station.kiosk.handle(touch);
    }
    let fields: Vec<_> = form(&station).chosen().expect("a chart").fields().iter().map(|row| row.field).collect();
    for field in fields {
        let keep = ktc_kiosk::reconciliation::FieldDecision::Keep;
        station.kiosk.handle(ReviewInput::FieldDecided(field, keep));
    }
    assert_eq!(form(&station).open_decisions(), 0);
    finish(&mut station);
    let filed = || {
        let kinds = ["AllergyIntolerance", "Coverage", "Condition", "MedicationRequest", "DocumentReference"];
        kinds.map(|kind| server.search_all(kind, "").expect("a search").len())
    };
    let reviews = || {
        let all = server.search_all("Provenance", "").expect("a search");
        let of = |provenance: &Value| provenance["activity"]["coding"][0]["code"].as_str().map(str::to_owned);
        let mut codes: Vec<String> = all.iter().filter_map(of).filter(|code| code.starts_with("section-")).collect();
        codes.sort();
        codes
    };
    let (after_first, reviewed) = (filed(), reviews());
    assert!(reviewed.contains(&"section-allergies".to_owned()), "{reviewed:?}");

    // The kiosk is started anew: what was decided is on disk. The same share: nothing to decide, one touch, nothing new in the EHR.
    drop(station);
    let mut station = Station::open(&config);
    come_again(&mut station, &code);
    assert_eq!(form(&station).open_decisions(), 0);
    let latex = titled(form(&station), "Latex");
    let before = form(&station).decided_before(latex).expect("decided before");
    assert_eq!((before.decided, before.by.as_str()), (Decided::LeftOut, "Mara Weiss"));
    assert_eq!(form(&station).reviewed_before(Section::Allergies).map(|it| it.decided), Some(Decided::Reviewed));
    finish(&mut station);
    assert_eq!((filed(), reviews()), (after_first, reviewed));

    // With one new allergy, that alone.
    let code = publish(&shares, &with_allergies(&["Latex", "Peanut"]));
    come_again(&mut station, &code);
    assert_eq!(form(&station).open_decisions(), 1);
    let peanut = titled(form(&station), "Peanut");
    for section in COMPARED {
        let open: Vec<ItemId> = form(&station).section(section).map(|item| item.id).collect();
        let open: Vec<ItemId> = open
            .into_iter()
            .filter(|item| form(&station).can_be_left(form(&station).item(*item).expect("an item")))
            .collect();
        assert_eq!(open, if section == Section::Allergies { vec![peanut] } else { Vec::new() }, "{section:?}");
    }
    station.kiosk.handle(ReviewInput::ItemToggled(peanut));
    finish(&mut station);
    let mut expected = after_first;
    expected[0] += 1;
    assert_eq!(filed(), expected);
}
