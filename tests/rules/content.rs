//! What is inside a share: every family is readable, nothing is lost, nothing hides.

use ktc_kiosk::fhir::Bundle;
use ktc_kiosk::intake::{Caution, FactKind, Intake, IntakeItem, Section, SharedDocument, Source, SourceKind};
use ktc_kiosk::language::Language;
use ktc_kiosk::time::Day;
use ktc_kiosk::viewing::{ViewableKind, ViewableName};
use ktc_testbed::vectors::vectors;
use serde_json::{Value, json};

/// A PNG signature and a few bytes, in base64.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUg==";

fn form_of(bundle: Value) -> Intake {
    let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [0; 32] };
    let document = SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source);
    Intake::from_documents(vec![document], Day::constant(2026, 11, 22)).expect("a form")
}

fn patient() -> Value {
    json!({"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "id": "p", "birthDate": "1980-02-29",
        "name": [{"family": "Ruiz", "given": ["Ana"]}]}})
}

fn share(resources: &[Value]) -> Value {
    let mut entries = vec![patient()];
    entries.extend(resources.iter().map(|resource| json!({"resource": resource})));
    json!({"resourceType": "Bundle", "type": "collection", "timestamp": "2026-10-30T09:15:00-05:00", "entry": entries})
}

/// The one item beside the patient.
fn item_of(resource: Value) -> IntakeItem {
    let form = form_of(share(&[resource]));
    assert_eq!(form.items.len(), 2);
    form.items.into_iter().nth(1).expect("an item")
}

fn said(item: &IntakeItem) -> Vec<(FactKind, String)> {
    item.facts.iter().map(|fact| (fact.kind, fact.text(Language::English).reveal().clone())).collect()
}

fn example(name: &str) -> Option<Value> {
    let bytes = std::fs::read(vectors("hl7")?.join(name)).expect("a file");
    Some(serde_json::from_slice(&bytes).expect("JSON"))
}

#[test]
fn every_family_has_its_section_its_name_and_its_facts() {
    let concept = |text: &str| json!({"text": text});
    let category = |code: &str| json!([{"coding": [{"code": code}]}]);
    let cases = [
        (
            json!({"resourceType": "Observation", "code": concept("A1c"), "category": category("laboratory"),
            "valueQuantity": {"value": 6.5, "unit": "%", "comparator": ">"}, "interpretation": [concept("High")],
            "referenceRange": [{"low": {"value": 4, "unit": "%"}, "high": {"value": 6, "unit": "%"}}]}),
            Section::Results,
            "A1c",
            (FactKind::Value, "> 6.5 %"),
        ),
        (
            json!({"resourceType": "Observation", "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
            "component": [{"code": concept("Systolic"), "valueQuantity": {"value": 120, "unit": "mmHg"}},
                {"code": concept("Diastolic"), "dataAbsentReason": concept("not measured")}]}),
            Section::VitalSigns,
            "Blood pressure panel with all children optional (LOINC 85354-9)",
            (FactKind::Part, "Systolic: 120 mmHg"),
        ),
        (
            json!({"resourceType": "Observation", "code": concept("Smoking"), "category": category("social-history"),
            "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "266919005"}]}}),
            Section::History,
            "Smoking",
            (FactKind::Value, "Never smoked tobacco (SNOMED CT 266919005)"),
        ),
        (
            json!({"resourceType": "Observation", "code": concept("Weight"),
            "dataAbsentReason": {"coding": [{"code": "not-asked"}]}}),
            Section::Results,
            "Weight",
            (FactKind::AbsentNotAsked, ""),
        ),
        (
            json!({"resourceType": "DiagnosticReport", "code": concept("CBC"), "conclusion": "Normal"}),
            Section::Results,
            "CBC",
            (FactKind::Conclusion, "Normal"),
        ),
        (
            json!({"resourceType": "Specimen", "type": concept("Blood")}),
            Section::Results,
            "Blood",
            (FactKind::Status, ""),
        ),
        (
            json!({"resourceType": "Procedure", "code": concept("Appendectomy"), "performedPeriod": {"start": "2020-01-01", "end": "2020-01-02"}}),
            Section::Procedures,
            "Appendectomy",
            (FactKind::When, "2020-01-01 – 2020-01-02"),
        ),
        (
            json!({"resourceType": "Device", "type": concept("Pacemaker"), "udiCarrier": [{"carrierHRF": "(01)0"}]}),
            Section::Procedures,
            "Pacemaker",
            (FactKind::Udi, "(01)0"),
        ),
        (
            json!({"resourceType": "FamilyMemberHistory", "relationship": concept("Mother"), "condition": [{"code": concept("Stroke")}]}),
            Section::History,
            "Mother",
            (FactKind::Part, "Stroke"),
        ),
        (
            json!({"resourceType": "Encounter", "type": [concept("Office visit")], "period": {"start": "2024-05-01"}}),
            Section::Care,
            "Office visit",
            (FactKind::Period, "since 2024-05-01"),
        ),
        (
            json!({"resourceType": "CareTeam", "name": "Team", "participant": [{"member": {"display": "Dr. Lee"}}]}),
            Section::Care,
            "Team",
            (FactKind::Participant, "Dr. Lee"),
        ),
        (
            json!({"resourceType": "CarePlan", "title": "Plan", "activity": [{"detail": {"description": "Walk"}}]}),
            Section::Care,
            "Plan",
            (FactKind::Activity, "Walk"),
        ),
        (
            json!({"resourceType": "Goal", "description": concept("Weight"), "lifecycleStatus": "active"}),
            Section::Care,
            "Weight",
            (FactKind::Status, "active"),
        ),
        (
            json!({"resourceType": "ServiceRequest", "code": concept("MRI"), "intent": "order"}),
            Section::Care,
            "MRI",
            (FactKind::Element, "order"),
        ),
        (
            json!({"resourceType": "RelatedPerson", "name": [{"given": ["Luz"], "family": "Ruiz"}], "relationship": [concept("Mother")]}),
            Section::Care,
            "Luz Ruiz",
            (FactKind::Relationship, "Mother"),
        ),
        (
            json!({"resourceType": "Consent", "scope": concept("Advance directive"), "provision": {"type": "deny"}}),
            Section::Forms,
            "Advance directive",
            (FactKind::Decision, "deny"),
        ),
        (
            json!({"resourceType": "MedicationDispense", "medicationCodeableConcept": concept("Metformin"), "quantity": {"value": 60}}),
            Section::Medications,
            "Metformin",
            (FactKind::Quantity, "60"),
        ),
        (
            json!({"resourceType": "MedicationAdministration", "medicationCodeableConcept": concept("Insulin"), "dosage": {"dose": {"value": 4, "unit": "U"}}}),
            Section::Medications,
            "Insulin",
            (FactKind::Dosage, "4 U"),
        ),
        (
            json!({"resourceType": "QuestionnaireResponse", "questionnaire": "phq", "item": [{"text": "Mood", "item": [
            {"text": "Sad?", "answer": [{"valueBoolean": false, "item": [{"text": "Since?", "answer": [{"valueDate": "2024"}]}]}]}]}]}),
            Section::Forms,
            "phq",
            (FactKind::Answer, "Since?: 2024"),
        ),
    ];
    for (resource, section, title, (kind, text)) in cases {
        let item = item_of(resource.clone());
        assert_eq!((item.section, item.title.reveal().as_str()), (section, title), "{resource}");
        assert!(
            text.is_empty() && kind == FactKind::Status || said(&item).contains(&(kind, text.to_owned())),
            "{resource}: {:?}",
            said(&item)
        );
    }
}

#[test]
fn every_resource_of_any_share_is_in_exactly_one_item() {
    let kinds = [
        "Observation",
        "Condition",
        "Organization",
        "Unheard",
        "Encounter",
        "Coverage",
        "Medication",
        "Composition",
        "Account",
        "DocumentReference",
    ];
    let mut state: u32 = 7;
    for _ in 0..200 {
        let mut resources = Vec::new();
        let mut leaves = 1;
        for _ in 0..(state % 17) {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let kind = kinds[(state >> 16) as usize % kinds.len()];
            let mut resource = json!({"resourceType": kind, "subject": {"reference": if state.is_multiple_of(3) { "Patient/q" } else { "Patient/p" }}});
            for _ in 0..(state >> 8) % 4 {
                resource = json!({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource}]});
            }
            leaves += 1;
            resources.push(resource);
        }
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let form = form_of(share(&resources));
        assert_eq!(form.items.iter().map(|item| item.resources).sum::<usize>(), leaves, "{resources:?}");
        assert_eq!(Section::ALL.iter().map(|section| form.count(*section)).sum::<usize>(), leaves);
        assert!(form.items.iter().all(|item| !item.title.reveal().trim().is_empty()));
    }
}

#[test]
fn a_nested_bundle_of_the_same_person_is_read_and_of_another_stays_closed() {
    let inner = |family: &str| {
        json!({"resourceType": "Bundle", "type": "document", "entry": [
            {"fullUrl": "urn:uuid:i", "resource": {"resourceType": "Patient", "birthDate": "1980-02-29", "name": [{"family": family, "given": ["Ana"]}]}},
            {"resource": {"resourceType": "Condition", "code": {"text": "Asthma"}, "subject": {"reference": "urn:uuid:i"}}}]})
    };
    let own = form_of(share(&[inner("Ruiz")]));
    let asthma = own.section(Section::Problems).next().expect("a problem");
    assert!(asthma.can_be_taken());
    let foreign = form_of(share(&[inner("Chen")]));
    assert_eq!(foreign.section(Section::Problems).count(), 0);
    assert!(!foreign.section(Section::Other).next().expect("the closed one").can_be_taken());
}

#[test]
fn a_card_of_a_dependent_is_the_beneficiarys_and_the_subscriber_is_set_aside() {
    let Some(entries) = example("CARIN_INS_CD-bundle-01.json") else { return };
    let form = form_of(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}));
    assert_eq!(form.person.name.reveal(), "Jane Doe");
    let card = form.section(Section::Insurance).next().expect("a card");
    let said = said(card);
    for fact in [
        (FactKind::MemberId, "102345672-01"),
        (FactKind::Group, "993355 · Stars Inc"),
        (FactKind::Plan, "11461128 · Acme Gold Plus"),
        (FactKind::Division, "11"),
        (FactKind::Network, "561490 · Acme Gold Plus South"),
        (FactKind::RxBin, "100045"),
        (FactKind::RxPcn, "1234000"),
        (FactKind::PayerId, "45002"),
        (FactKind::PayerPhone, "Provider Service: 1-800-444-3333"),
        (FactKind::Subscriber, "John Doe"),
        (FactKind::Relationship, "Spouse"),
        (FactKind::Dependent, "02"),
        (FactKind::Period, "since 2021-01-01"),
        (FactKind::Cost, "rx: DED THEN $10/$40/$70/25%"),
        (FactKind::Covered, "102345672-03; Jimmy Doe"),
        (FactKind::Issued, "2020-12-15"),
    ] {
        assert!(said.contains(&(fact.0, fact.1.to_owned())), "{fact:?} in {said:?}");
    }
    assert!(said.iter().any(|(kind, text)| *kind == FactKind::CardNote && text.contains("TTY")));
    let viewables: Vec<_> = card.viewables().iter().map(|it| (it.name, it.viewable.kind)).collect();
    assert_eq!(viewables, [(ViewableName::Logo, ViewableKind::Png)]);
    assert!(card.can_be_taken());
    let aside = form.section(Section::Other).find(|item| !item.can_be_taken()).expect("the subscriber");
    assert_eq!((aside.resources, form.items.iter().map(|item| item.resources).sum::<usize>()), (1, 4));
}

#[test]
fn the_patient_summary_of_hl7_is_read_whole_and_in_order() {
    let Some(bundle) = example("IPS_IG-bundle-01.json") else { return };
    let form = form_of(bundle);
    assert_eq!(form.items.iter().map(|item| item.resources).sum::<usize>(), 20);
    assert!(
        form.items.iter().all(|item| !item.title.reveal().is_empty() && item.title.reveal() != item.resource.kind())
    );
    assert_eq!(form.count(Section::Problems), 2);
    assert_eq!(form.count(Section::Allergies), 1, "one of two states that none is known");
    let plan = form.section(Section::Care).next().expect("the plan of treatment, which has no entry");
    assert!(!plan.can_be_taken() && plan.resources == 0);
    assert!(said(plan).iter().any(|(kind, text)| *kind == FactKind::Text && !text.contains('<')));
}

#[test]
fn the_health_cards_of_hl7_name_what_they_hold() {
    for (name, words) in
        [("example-00-a-fhirBundle.json", "COVID-19, mRNA"), ("example-01-a-fhirBundle.json", "COVID-19, mRNA")]
    {
        let Some(bundle) = example(name) else { return };
        let form = form_of(bundle);
        let shots: Vec<&IntakeItem> = form.section(Section::Immunizations).collect();
        assert!(!shots.is_empty(), "{name}");
        assert!(
            shots.iter().any(|shot| shot.title.reveal().starts_with(words)),
            "{name}: {:?}",
            shots[0].title.reveal()
        );
    }
}

#[test]
fn an_empty_section_is_a_remark_and_never_none() {
    let composition = json!({"resourceType": "Composition", "confidentiality": "R", "section": [
        {"title": "Allergies", "code": {"coding": [{"code": "48765-2"}]}, "emptyReason": {"coding": [{"code": "withheld"}]}}]});
    let form = form_of(share(&[composition]));
    let allergies: Vec<&IntakeItem> = form.section(Section::Allergies).collect();
    assert_eq!(said(allergies[0]), [(FactKind::AbsentWithheld, String::new())]);
    assert_eq!(allergies[0].cautions, [Caution::Restricted, Caution::ForReading]);
    assert!(form.items.iter().all(|item| item.is_restricted()), "the whole document is restricted");
    let counted = Section::ALL.iter().filter(|section| form.count_in_lobby(**section) > 0);
    assert!(counted.eq([&Section::Other]), "the lobby names no section");
}

#[test]
fn restricted_records_stay_at_the_desk() {
    let label =
        json!({"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"}]});
    let form = form_of(share(&[json!({"resourceType": "Condition", "meta": label, "code": {"text": "C"}})]));
    assert_eq!((form.count(Section::Problems), form.count_in_lobby(Section::Problems)), (1, 0));
    assert!(form.section(Section::Problems).all(|item| item.cautions == [Caution::Restricted] && item.can_be_taken()));
}

#[test]
fn what_hides_or_cannot_be_is_remarked_and_shown_as_sent() {
    let hidden = item_of(json!({"resourceType": "Condition", "code": {"text": "Ast\u{202E}hma"}}));
    assert_eq!(
        (hidden.title.reveal().as_str(), hidden.cautions.as_slice()),
        ("Ast‹U+202E›hma", [Caution::HiddenCharacters].as_slice())
    );
    let never = item_of(json!({"resourceType": "Condition", "code": {"text": "C"}, "onsetDateTime": "2021-02-30"}));
    assert_eq!(never.cautions, [Caution::DateDoubtful]);
    assert!(said(&never).contains(&(FactKind::Element, "2021-02-30".to_owned())));
    let refused = item_of(json!({"resourceType": "ServiceRequest", "code": {"text": "CPR"}, "doNotPerform": true}));
    assert_eq!(refused.cautions, [Caution::DoNotPerform]);
}

#[test]
fn a_medicine_without_any_name_is_still_shown() {
    let narrative = json!({"status": "generated", "div": "<div>Blue <b>pill</b><script>x</script></div>"});
    let item = item_of(json!({"resourceType": "MedicationStatement", "status": "active", "text": narrative}));
    assert_eq!(item.title.reveal(), "medication statement");
    assert!(item.cautions.contains(&Caution::Untitled));
    assert!(said(&item).contains(&(FactKind::Text, "Blue pill".to_owned())));
}

#[test]
fn a_document_in_another_entry_can_be_looked_at() {
    let letter = json!({"resourceType": "DocumentReference", "status": "current", "description": "Scan",
        "content": [{"attachment": {"contentType": "image/png", "url": "urn:uuid:b"}}]});
    let mut bundle = share(&[letter]);
    let binary = json!({"fullUrl": "urn:uuid:b", "resource": {"resourceType": "Binary", "contentType": "image/png", "data": PNG}});
    bundle["entry"].as_array_mut().expect("entries").push(binary);
    let form = form_of(bundle);
    let scan = form.section(Section::Documents).next().expect("a document");
    assert_eq!(scan.viewables().len(), 1);
    assert!(scan.can_be_taken(), "{:?}", scan.cautions);
}

/// Strangers may refer to anything: what a document costs follows its length, not the square of it.
#[test]
fn a_document_of_unknown_references_costs_no_more_than_its_length() {
    let cost = |count: usize| {
        let others = (0..count).map(|number| {
            let kind = if number % 2 == 0 { "MedicationRequest" } else { "Medication" };
            let unknown = |kind: &str| json!({"reference": format!("{kind}/unknown-{number}")});
            json!({"resourceType": kind, "id": format!("m{number}"), "subject": unknown("Patient"),
                "medicationReference": unknown("Medication")})
        });
        let bundle = share(&others.collect::<Vec<_>>());
        let before = thread_cpu_nanos();
        assert!(form_of(bundle).items.len() > count / 2);
        thread_cpu_nanos() - before
    };
    let least = |count: usize| (0..3).map(|_| cost(count)).min().expect("a cost").max(1);
    let ratio = least(4_996) / least(1_249);
    assert!(ratio < 8, "four times as many entries cost {ratio} times as much");
}

/// CPU time of this thread alone, whatever else the machine does.
fn thread_cpu_nanos() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells");
    stat.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).expect("a number")
}
