//! The standard's own example links: the IPS opens, the insurance card is a card where a file belongs.

use ktc_kiosk::health_link::{Flag, HealthLink, LinkDefect, open_file};
use ktc_kiosk::ktc::{Finding, Verdict};
use ktc_kiosk::resolve::{
    Fetch, FetchAnswer, FetchDefect, FetchRequest, ResolveDefect, ResolvedShare, Resolver, Strictness, Trace,
};
use ktc_kiosk::scan::ScannedCode;
use ktc_kiosk::time::{Day, Timestamp};
use ktc_kiosk::trust::TrustList;
use ktc_testbed::vectors::vectors;

fn example(name: &str) -> Option<String> {
    Some(std::fs::read_to_string(vectors("hl7")?.join(name)).expect("a file"))
}

/// A host with one file.
struct OneFile(String);

impl Fetch for OneFile {
    fn fetch(&self, request: &FetchRequest) -> Result<FetchAnswer, FetchDefect> {
        assert!(request.url.reveal().ends_with("?recipient=Lakeside+Clinic") && request.body.is_none());
        Ok(FetchAnswer::new(200, self.0.clone().into_bytes()))
    }
}

fn resolve(link: HealthLink, file: String) -> Result<ResolvedShare, ResolveDefect> {
    let now = Timestamp::from_rfc3339("2026-11-22T08:00:00Z").expect("a time");
    let resolver = Resolver {
        fetch: &OneFile(file),
        trust: &TrustList::empty(now),
        recipient: "Lakeside Clinic",
        passcode: None,
        now,
        strictness: Strictness::Kiosk,
        trace: &Trace::default(),
    };
    resolver.resolve(&ScannedCode::Link(link))
}

#[test]
fn the_patient_summary_opens_to_its_twenty_entries() {
    let (Some(text), Some(file)) = (example("IPS_IG-bundle-01-shl.txt"), example("IPS_IG-bundle-01-enc.txt")) else {
        return;
    };
    let link = HealthLink::read(&text).expect("a link");
    assert!(link.flags().has(Flag::DirectFile) && link.flags().has(Flag::LongTerm));
    assert_eq!(link.label().map(|label| label.reveal().as_str()), Some("Demo SHL for IPS_IG-bundle-01"));
    let opened = open_file(link.key(), file.as_bytes()).expect("it opens");
    assert_eq!((opened.content.reveal().len(), opened.content_type.as_deref()), (60_973, None));
    assert!(!opened.names_other_key, "its kid is the thumbprint of the link's key");
    let share = resolve(link, file).expect("a share");
    assert_eq!(share.documents[0].bundle().entries.len(), 20);
    let conformance = share.conformance.as_ref().expect("a verdict");
    assert_eq!(conformance.verdict(), Verdict::Differs);
    for finding in [Finding::FlagIsNotU, Finding::NoExpiry, Finding::MayChange, Finding::NotACollection] {
        assert!(conformance.findings.contains(&finding), "{finding:?}");
    }
    assert!(!conformance.findings.contains(&Finding::OtherKeyNamed));
    assert!(share.into_arrival(Day::constant(2026, 11, 22)).is_ok());
}

#[test]
fn the_insurance_card_is_named_as_a_card_where_an_encrypted_file_belongs() {
    let (Some(text), Some(file)) =
        (example("CARIN_INS_CD-bundle-01-shl.txt"), example("CARIN_INS_CD-bundle-01-enc.txt"))
    else {
        return;
    };
    let refused = resolve(HealthLink::read(&text).expect("a link"), file).err();
    assert_eq!(refused, Some(ResolveDefect::Link(LinkDefect::SignedInsteadOfEncrypted)));
}
