//! Searches against a real socket that answers what each test wants.

use super::*;
use crate::intake::Section;
use crate::sensitive::Sensitive;
use crate::time::Day;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Builder;

const TODAY: Day = Day::constant(2026, 11, 22);

/// A server that answers every request by its first line, and remembers what it was asked.
pub(in crate::net::ehr) struct Ehr {
    pub(in crate::net::ehr) client: EhrClient,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Ehr {
    pub(in crate::net::ehr) fn new(answer: impl Fn(&str, &str) -> (u16, Value) + Send + 'static) -> Ehr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}/fhir", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (heard, own) = (Arc::clone(&asked), base.clone());
        let serve = move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a caller");
                let (mut request, mut buffer) = (Vec::new(), [0; 8192]);
                while !request.windows(4).any(|end| end == b"\r\n\r\n") || !is_whole(&request) {
                    match stream.read(&mut buffer) {
                        Ok(read) if read > 0 => request.extend_from_slice(&buffer[..read]),
                        _ => break,
                    }
                }
                let request = String::from_utf8(request).expect("text");
                let line = request.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
                let (status, body) = answer(&line, &own);
                heard.lock().unwrap_or_else(PoisonError::into_inner).push(request);
                let body = body.to_string();
                let head =
                    format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                let _ = stream.write_all((head + &body).as_bytes());
            }
        };
        Builder::new().name("test-ehr".into()).spawn(serve).expect("a thread");
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let base = Url::parse(&base).expect("an address");
        Ehr { client: EhrClient::new(http, base, super::super::Credentials::Bearer(Sensitive::from("t0ken"))), asked }
    }

    pub(in crate::net::ehr) fn lines(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().filter_map(|request| request.lines().next()).map(str::to_owned).collect()
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length =
        head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    body.len() >= length.unwrap_or(0)
}

pub(in crate::net::ehr) fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

fn shared() -> Resource {
    let json = json!({"resourceType": "Patient", "birthDate": "1980-02-03", "gender": "female",
        "name": [{"family": "Núñez", "given": ["Ana"]}], "identifier": [{"system": "urn:mrn", "value": "M-7"}],
        "telecom": [{"system": "phone", "value": "555-010-4471"}], "photo": [{"data": "c2VjcmV0"}]});
    Resource::from_json(json).expect("a patient")
}

fn patient(id: &str, more: Value) -> Value {
    let mut json = json!({"resourceType": "Patient", "id": id, "birthDate": "1980-02-03", "name": [{"family": "NUNEZ", "given": ["Ana"]}]});
    for (name, value) in more.as_object().expect("members") {
        json[name] = value.clone();
    }
    json
}

pub(in crate::net::ehr) fn bundle(own: &str, resources: &[Value]) -> Value {
    let entries: Vec<Value> = resources.iter().map(|resource| json!({"resource": resource})).collect();
    json!({"resourceType": "Bundle", "type": "searchset", "link": [{"relation": "self", "url": own}], "entry": entries})
}

pub(in crate::net::ehr) fn turn(answer: &mut Value, next: &str) {
    answer["link"].as_array_mut().expect("links").push(json!({"relation": "next", "url": next}));
}

fn ids(found: &PatientsFound) -> Vec<&str> {
    found.candidates.iter().map(|chart| chart.id.as_str()).collect()
}

#[test]
fn a_server_that_returns_everybody_finds_only_who_fits_and_is_not_paged_through() {
    let ehr = Ehr::new(|_, base| {
        let mut everybody = vec![
            patient("other-name", json!({"name": [{"family": "Smith", "given": ["John"]}]})),
            patient("other-day", json!({"birthDate": "1951-07-21"})),
            patient("closed", json!({"active": false})),
            patient("merged", json!({"link": [{"type": "replaced-by"}]})),
            patient("hers", json!({"active": true})),
            patient("../hers", json!({})),
        ];
        everybody.push(json!({"resourceType": "OperationOutcome"}));
        // The self link lacks what was asked: the server dropped it, and its next page is everybody else.
        let mut answer = bundle(&format!("{base}/Patient?_count=50"), &everybody);
        turn(&mut answer, &format!("{base}/Patient?page=2"));
        (200, answer)
    });
    let found = wait(ehr.client.search_patients(&shared(), TODAY, None)).expect("an answer");
    assert_eq!(ids(&found), ["hers"]);
    let lines = ehr.lines();
    assert!(lines.iter().all(|line| !line.contains("page=2")), "{lines:#?}");
    for part in [
        "identifier=urn%3Amrn%7CM-7&_count",
        "family=N%C3%BA%C3%B1ez&birthdate=1980-02-03",
        "name=nunez&birthdate=1980-02-03",
        "family=N%C3%BA%C3%B1ez&birthdate=1980-03-02",
        "name=Ana&birthdate=1980-02-03",
        "given=Ana&gender=female",
        "phone=555-010-4471",
    ] {
        assert!(lines.iter().any(|line| line.contains(part)), "{part} in {lines:#?}");
    }
    assert!(lines.len() <= super::super::chart_queries::MAX_QUERIES, "bounded");
}

#[test]
fn nobody_among_some_of_what_there_is_does_not_mean_nobody() {
    let other = || patient("other", json!({"birthDate": "1951-07-21", "name": [{"family": "Smith"}]}));
    let search = |own: &'static str, more_pages: bool, people: fn(Value) -> Vec<Value>| {
        let ehr = Ehr::new(move |line, base| {
            let query = line.split_once('?').map_or("", |(_, query)| query);
            let own = if own.is_empty() { query } else { own };
            let mut answer = bundle(&format!("{base}/Patient?{own}"), &people(other()));
            if more_pages {
                turn(&mut answer, &format!("{base}/Patient?{query}"));
            }
            (200, answer)
        });
        wait(ehr.client.search_patients(&shared(), TODAY, None))
    };
    let nobody = |found: Result<PatientsFound, EhrError>| {
        let found = found.expect("an answer");
        assert!(found.candidates.is_empty());
        found.is_whole
    };
    assert!(!nobody(search("_count=50", true, |other| vec![other])), "page one of everybody");
    assert!(!nobody(search("", true, |other| vec![other])), "more pages than are turned");
    assert!(nobody(search("", false, |other| vec![other])));
    assert!(nobody(search("", false, |_| Vec::new())));
    let everybody = search("_count=50", true, |other| vec![other, patient("hers", json!({}))]).expect("an answer");
    assert_eq!((ids(&everybody), everybody.is_whole), (vec!["hers"], false));
    let all = search("", false, |other| vec![other, patient("hers", json!({}))]).expect("an answer");
    assert_eq!((ids(&all), all.is_whole), (vec!["hers"], true));
}

#[test]
fn a_match_that_names_nobody_who_fits_does_not_end_the_search() {
    let statement = json!({"resourceType": "CapabilityStatement", "rest": [{"resource": [
        {"type": "Patient", "operation": [{"name": "match"}]}]}]});
    let capabilities = Capabilities::from_statement(&statement);
    let ehr = Ehr::new(|line, base| {
        let query = line.split_once('?').map_or("", |(_, query)| query);
        let other = patient("other", json!({"birthDate": "1933-01-01", "name": []}));
        let found = if line.starts_with("POST") { other } else { patient("hers", json!({})) };
        (200, bundle(&format!("{base}/Patient?{query}"), &[found]))
    });
    let found = wait(ehr.client.search_patients(&shared(), TODAY, capabilities.as_ref())).expect("an answer");
    assert_eq!(ids(&found), ["hers"]);
}

#[test]
fn the_ehrs_own_match_is_asked_first_and_told_nothing_but_what_it_compares() {
    let statement = json!({"resourceType": "CapabilityStatement", "rest": [{"resource": [
        {"type": "Patient", "interaction": [{"code": "search-type"}], "operation": [{"name": "match"}]}]}]});
    let capabilities = Capabilities::from_statement(&statement);
    // As Epic: refuses to be asked for what it is not certain of.
    let ehr = Ehr::new(|line, base| match line.starts_with("POST /fhir/Patient/$match") {
        true => (
            200,
            bundle(
                base,
                &[patient("hers", json!({})), patient("other", json!({"birthDate": "1933-01-01", "name": []}))],
            ),
        ),
        false => (500, json!({})),
    });
    let found = wait(ehr.client.search_patients(&shared(), TODAY, capabilities.as_ref())).expect("an answer");
    assert_eq!(ids(&found), ["hers"]);
    let asked = ehr.asked.lock().unwrap_or_else(PoisonError::into_inner).concat();
    assert!(asked.contains(r#""onlyCertainMatches","valueBoolean":false"#) && !asked.contains("c2VjcmV0"), "{asked}");

    let ehr = Ehr::new(|line, base| match line.starts_with("POST") {
        true => (400, json!({"resourceType": "OperationOutcome"})),
        false => (
            200,
            bundle(
                &format!("{base}/Patient?{}", line.split_once('?').map_or("", |(_, query)| query)),
                &[patient("hers", json!({}))],
            ),
        ),
    });
    let found = wait(ehr.client.search_patients(&shared(), TODAY, capabilities.as_ref())).expect("an answer");
    assert_eq!(ids(&found), ["hers"], "where match gives nothing, it is searched");
    let posts = ehr.lines().iter().filter(|line| line.starts_with("POST")).count();
    assert_eq!(posts, 2, "asked for all, then for what is certain");
}

#[test]
fn half_an_answer_is_none_and_a_search_that_is_not_offered_hides_nobody() {
    let answer = |broken: u16| {
        move |line: &str, base: &str| match line.contains("phone=") {
            true => (broken, json!({})),
            false => {
                let query = line.split_once('?').map_or("", |(_, query)| query);
                (200, bundle(&format!("{base}/Patient?{query}"), &[patient("hers", json!({}))]))
            }
        }
    };
    let search = |broken| {
        let ehr = Ehr::new(answer(broken));
        wait(ehr.client.search_patients(&shared(), TODAY, None))
    };
    let not_offered = search(400).expect("an answer");
    assert_eq!((ids(&not_offered), not_offered.is_whole), (vec!["hers"], true));
    let not_let = search(403).expect("an answer");
    assert_eq!((ids(&not_let), not_let.is_whole), (vec!["hers"], false), "what is refused may hide somebody");
    assert!(matches!(search(503), Err(EhrError::Status(503))));
    let refused = Ehr::new(|_, _| (403, json!({})));
    let error = wait(refused.client.search_patients(&shared(), TODAY, None)).expect_err("refused");
    assert!(matches!(error, EhrError::Status(403)));
}

#[test]
fn a_search_that_was_hardly_answered_is_no_answer_in_full() {
    let whole = |answer: fn(&str, &mut Value) -> u16| {
        let ehr = Ehr::new(move |line, base| {
            let query = line.split_once('?').map_or("", |(_, query)| query);
            let mut found = bundle(&format!("{base}/Patient?{query}"), &[]);
            let status = answer(query, &mut found);
            (status, found)
        });
        let found = wait(ehr.client.search_patients(&shared(), TODAY, None)).expect("an answer");
        assert!(found.candidates.is_empty());
        found.is_whole
    };
    let outcome = |severity: &str| json!([{"resource": {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": "timeout"}]}}]);
    assert!(whole(|_, _| 200));
    assert!(whole(|query, _| if query.contains("phone=") { 400 } else { 200 }));
    assert!(
        !whole(|query, _| if query.contains("birthdate=1980-02-03") { 400 } else { 200 }),
        "identifier and phone alone"
    );
    assert!(!whole(|query, _| if query.contains("family=") { 400 } else { 200 }));
    for (severity, is_whole) in [("warning", true), ("error", false), ("fatal", false)] {
        let entries = outcome(severity);
        let ehr = Ehr::new(move |line, base| {
            let query = line.split_once('?').map_or("", |(_, query)| query);
            let mut found = bundle(&format!("{base}/Patient?{query}"), &[]);
            found["entry"] = entries.clone();
            (200, found)
        });
        let found = wait(ehr.client.search_patients(&shared(), TODAY, None)).expect("an answer");
        assert_eq!(found.is_whole, is_whole, "{severity}");
    }
    assert!(whole(|_, found| {
        found["total"] = json!(0);
        200
    }));
    assert!(
        !whole(|_, found| {
            found["total"] = json!(1);
            200
        }),
        "it counts somebody whom it does not show"
    );
}

#[test]
fn beside_the_ehrs_own_match_the_searches_say_who_else_is_known() {
    let statement = json!({"resourceType": "CapabilityStatement", "rest": [{"resource": [
        {"type": "Patient", "operation": [{"name": "match"}]}]}]});
    let capabilities = Capabilities::from_statement(&statement);
    for (status, all, is_whole) in [(200, vec!["certain", "hers"], true), (500, vec!["certain"], false)] {
        let ehr = Ehr::new(move |line, base| {
            let query = line.split_once('?').map_or("", |(_, query)| query);
            match line.starts_with("POST") {
                true => (200, bundle(base, &[patient("certain", json!({}))])),
                false => (status, bundle(&format!("{base}/Patient?{query}"), &[patient("hers", json!({}))])),
            }
        });
        let found = wait(ehr.client.search_patients(&shared(), TODAY, capabilities.as_ref())).expect("an answer");
        let mut known = ids(&found);
        known.sort_unstable();
        assert_eq!((known, found.is_whole), (all, is_whole));
    }
}

#[test]
fn a_new_patient_who_cannot_be_searched_for_is_a_question_to_a_person() {
    let ehr = Ehr::new(|_, _| (500, json!({})));
    let new = NewPatient { sought: Sensitive::new(json!("nothing")), day: TODAY, turned_down: Vec::new() };
    assert_eq!(wait(ehr.client.similar_charts(&new, "n")), Ok(SimilarCharts::unknown()));
    assert!(ehr.lines().is_empty());
}

#[test]
fn somebody_without_a_name_is_searched_for_by_what_there_is_and_hostile_texts_are_not_sent() {
    let json = json!({"resourceType": "Patient", "name": [{"family": "x|y,$z", "given": ["a".repeat(500)]}]});
    let nameless = Resource::from_json(json).expect("a patient");
    assert!(queries(&nameless, TODAY).is_empty());
    let ehr = Ehr::new(|_, _| (200, json!({})));
    let found = wait(ehr.client.search_patients(&nameless, TODAY, None)).expect("nothing is asked");
    assert!(found.candidates.is_empty() && !found.is_whole, "nobody was asked for, so nobody is known to be new");
    let json = json!({"resourceType": "Patient", "birthDate": "1980-13-01", "name": [{"text": "Ana María Ruiz"}]});
    let asked = queries(&Resource::from_json(json).expect("a patient"), TODAY);
    assert_eq!(asked[0].parameters[0], ("family", "Ruiz".to_owned()));
}

#[test]
fn the_searches_that_the_rules_need_are_made_and_no_more_than_a_limit() {
    let patient = json!({"resourceType": "Patient", "birthDate": "1985-01-01",
        "name": [{"family": "Ruiz", "given": ["Robert"]}, {"use": "maiden", "family": "Vega", "given": ["Robert"]}],
        "telecom": [{"system": "phone", "value": "(608) 067-5309"}, {"system": "email", "value": "r@mail.example.org"}],
        "identifier": (0..40).map(|number| json!({"system": "urn:mrn", "value": number.to_string()})).collect::<Vec<_>>()});
    let asked = queries(&Resource::from_json(patient).expect("a patient"), TODAY);
    let has = |wanted: &[(&str, &str)]| {
        asked.iter().any(|query| {
            query.parameters.iter().map(|(name, value)| (*name, value.as_str())).eq(wanted.iter().copied())
        })
    };
    for wanted in [
        &[("family", "Ruiz"), ("birthdate", "1984-12-31")][..],
        &[("family", "Ruiz"), ("birthdate", "1985-01-02")],
        &[("family", "Vega"), ("birthdate", "1985-01-01")],
        &[("phone", "(608) 067-5309")],
        &[("phone", "6080675309")],
        &[("email", "r@mail.example.org")],
        &[("name", "bob"), ("birthdate", "1985-01-01")],
    ] {
        assert!(has(wanted), "{wanted:?} in {asked:#?}");
    }
    assert!(asked.len() <= super::super::chart_queries::MAX_QUERIES);
}

/// Servers write addresses into logs, and whoever has the whole number can be somebody.
#[test]
fn a_whole_social_security_number_is_in_no_address_and_no_body() {
    let statement = json!({"resourceType": "CapabilityStatement", "rest": [{"resource": [
        {"type": "Patient", "operation": [{"name": "match"}]}]}]});
    let capabilities = Capabilities::from_statement(&statement);
    let ehr = Ehr::new(|line, base| match line.starts_with("POST") {
        true => (400, json!({})),
        false => {
            let query = line.split_once('?').map_or("", |(_, query)| query);
            (200, bundle(&format!("{base}/Patient?{query}"), &[]))
        }
    });
    let mut json = shared().json().reveal().clone();
    json["identifier"] = json!([
        {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "666-12-4321"},
        {"system": "urn:oid:2.16.840.1.113883.4.1", "value": "666124321"},
        {"system": "urn:oid:2.16.840.1.113883.4.4", "value": "966-12-4321"},
        {"type": {"coding": [{"code": "SS"}]}, "system": "urn:clinic", "value": "666-12-4321"},
        {"value": "666-12-4321"},
        {"system": "urn:mrn", "value": "M-7"}]);
    let patient = Resource::from_json(json).expect("a patient");
    wait(ehr.client.search_patients(&patient, TODAY, capabilities.as_ref())).expect("an answer");
    let asked = ehr.asked.lock().unwrap_or_else(PoisonError::into_inner).concat();
    assert!(asked.contains("M-7") && asked.contains("$match"), "{asked}");
    for whole in ["66-12-4321", "66124321", "666-12", "66612"] {
        assert!(!asked.contains(whole), "{whole} in {asked}");
    }
}

#[test]
fn what_the_ehr_says_of_a_chart_comes_along_and_a_contact_that_is_not_searched_by_hides_nobody() {
    let statement = json!({"resourceType": "CapabilityStatement", "rest": [{"resource": [
        {"type": "Patient", "operation": [{"name": "match"}]}]}]});
    let capabilities = Capabilities::from_statement(&statement);
    let ehr = Ehr::new(|line, base| {
        let query = line.split_once('?').map_or("", |(_, query)| query);
        let heard = if query.contains("phone=") { "_count=50" } else { query };
        let mut found = bundle(&format!("{base}/Patient?{heard}"), &[patient("hers", json!({}))]);
        if line.starts_with("POST") {
            found["entry"][0]["search"] = json!({"mode": "match", "score": 0.9, "extension": [
                {"url": "http://hl7.org/fhir/StructureDefinition/match-grade", "valueCode": "probable"}]});
        }
        (200, found)
    });
    let found = wait(ehr.client.search_patients(&shared(), TODAY, capabilities.as_ref())).expect("an answer");
    let opinion = found.candidates[0].opinion.expect("an opinion");
    assert_eq!((opinion.grade, opinion.score), (Some(crate::reconciliation::Grade::Probable), Some(90)));
    assert!(found.is_whole);
}

#[test]
fn a_chart_is_its_own_records_alone_whatever_the_server_returns() {
    let ehr = Ehr::new(|line, base| {
        let (path, query) = line.split_once('?').unwrap_or_default();
        let kind = path.rsplit('/').next().unwrap_or_default().to_owned();
        let of =
            |id: &str, element: &str, who: &str| json!({"resourceType": kind, "id": id, element: {"reference": who}});
        let asked = format!("{base}/{kind}?{query}");
        match kind.as_str() {
            "AllergyIntolerance" => (
                200,
                bundle(
                    &asked,
                    &[
                        of("own", "patient", "Patient/c1"),
                        of("absolute", "patient", &format!("{base}/Patient/c1/_history/2")),
                        of("foreign", "patient", "Patient/c12"),
                        of("elsewhere", "patient", "https://other.example/fhir/Patient/c1"),
                        json!({"resourceType": kind, "id": "nobodys"}),
                    ],
                ),
            ),
            // Dropped the question: what it says is not the whole of this chart.
            "Condition" => (200, bundle(&format!("{base}/Condition"), &[of("own", "subject", "Patient/c1")])),
            "Immunization" => (500, json!({})),
            "MedicationStatement" => (404, json!({})),
            _ => (200, bundle(&asked, &[])),
        }
    });
    let records = wait(ehr.client.load_chart("c1", None)).expect("a chart");
    let ids: Vec<&str> = records.records.iter().filter_map(|record| record.id()).collect();
    assert_eq!(ids.iter().filter(|id| **id == "own").count(), 2, "{ids:?}");
    assert!(ids.contains(&"absolute") && ids.len() == 3, "{ids:?}");
    let mut not_compared = records.not_compared;
    not_compared.sort();
    // What was left out may be this patient's after all.
    assert_eq!(not_compared, [Section::Allergies, Section::Problems, Section::Immunizations]);
}

/// What is not compared when each list is answered so.
fn not_compared(answer: impl Fn(&str, &str) -> (u16, Vec<Value>) + Send + 'static) -> Vec<Section> {
    let ehr = Ehr::new(move |line, base| {
        let (path, query) = line.split_once('?').unwrap_or_default();
        let kind = path.rsplit('/').next().unwrap_or_default();
        let (status, records) = answer(kind, base);
        (status, bundle(&format!("{base}/{kind}?{query}"), &records))
    });
    wait(ehr.client.load_chart("c1", None)).expect("a chart").not_compared
}

#[test]
fn records_under_an_address_that_is_not_known_here_are_no_empty_list() {
    let not_compared = not_compared(|kind, _| {
        let who = json!({"reference": "http://inner-host:8080/fhir/Patient/c1"});
        let records = match kind {
            "AllergyIntolerance" => vec![json!({"resourceType": kind, "id": "a", "patient": who})],
            "Coverage" => vec![json!({"id": "without a type"})],
            _ => Vec::new(),
        };
        (200, records)
    });
    assert_eq!(not_compared, [Section::Insurance, Section::Allergies]);
}

#[test]
fn a_list_that_failed_is_not_made_good_by_another_of_its_section() {
    for (status, untold) in [(500, true), (403, true), (429, true), (400, true), (404, false)] {
        let not_compared = not_compared(move |kind, _| match kind {
            "MedicationStatement" => (status, Vec::new()),
            _ => (200, Vec::new()),
        });
        assert_eq!(not_compared.contains(&Section::Medications), untold, "{status}");
        assert_eq!(not_compared.len(), usize::from(untold), "{status}");
    }
}

#[test]
fn pages_are_turned_inside_the_service_and_no_further_than_a_limit() {
    let ehr = Ehr::new(|line, base| {
        let query = line.split_once('?').map_or("", |(_, query)| query);
        let mut answer = bundle(
            &format!("{base}/X?{query}"),
            &[json!({"resourceType": "Coverage", "id": "a", "beneficiary": {"reference": "Patient/c1"}})],
        );
        let next = if line.contains("Coverage") {
            format!("{base}/Coverage?patient=c1&page=1")
        } else {
            "https://elsewhere.example/fhir/X?patient=c1".to_owned()
        };
        turn(&mut answer, &next);
        (200, answer)
    });
    let records = wait(ehr.client.load_chart("c1", None)).expect("a chart");
    assert_eq!(records.records.len(), MAX_PAGES, "and no endless paging");
    assert_eq!(records.not_compared.len(), 5, "what did not come whole is not called compared");
}

#[test]
fn an_ehr_that_tells_nothing_of_a_chart_is_not_compared_with() {
    let ehr = Ehr::new(|_, _| (503, json!({})));
    assert!(wait(ehr.client.load_chart("c1", None)).is_none());
}
