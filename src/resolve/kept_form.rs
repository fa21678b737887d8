//! A form that waits for its chart, as bytes: what was said of the share, then the texts of its resources as they came.
//!
//! A later version of the program may say it otherwise: what it cannot read it refuses, and the patient shares again.

use super::Arrival;
use crate::intake::Intake;
use crate::sensitive::Sensitive;
use std::io::{self, Write};

/// How such bytes begin, with the number of their form.
const MARK: &[u8; 8] = b"ktcform1";
/// The mark and the length of what follows it.
const HEAD: usize = MARK.len() + size_of::<u64>();

impl Arrival {
    /// The form as bytes, to be sealed; `None` where it cannot be written.
    pub fn into_bytes(mut self) -> Option<Sensitive<Vec<u8>>> {
        // The share was within its limits when it was read: nothing of it is left out here.
        let texts = Intake::move_originals(std::slice::from_mut(&mut self.intake), usize::MAX).into_bytes();
        let mut length = Counted(0);
        serde_json::to_writer(&mut length, &self).ok()?;
        // Room for all of it, so that growing leaves no copies behind.
        let mut bytes = Sensitive::new(Vec::with_capacity(HEAD + length.0 + texts.reveal().len()));
        bytes.add(MARK);
        bytes.add(&u64::try_from(length.0).ok()?.to_le_bytes());
        serde_json::to_writer(Written(&mut bytes), &self).ok()?;
        bytes.add(texts.reveal());
        Some(bytes)
    }

    /// Reads what [`Arrival::into_bytes`] wrote, each resource by every rule again.
    pub fn from_bytes(bytes: &Sensitive<Vec<u8>>) -> Option<Arrival> {
        let (head, rest) = bytes.reveal().split_at_checked(HEAD)?;
        let length = head.strip_prefix(MARK)?;
        let length = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?;
        let (said, texts) = rest.split_at_checked(length)?;
        let mut arrival: Arrival = serde_json::from_slice(said).ok()?;
        let texts = Sensitive::new(texts.to_vec());
        Intake::find_originals(std::slice::from_mut(&mut arrival.intake), texts).then_some(arrival)
    }
}

/// How long something is.
struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Written<'a>(&'a mut Sensitive<Vec<u8>>);

impl Write for Written<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.add(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::Bundle;
    use crate::intake::{SharedDocument, Source, SourceKind};
    use crate::resolve::ShareFacts;
    use crate::time::Day;
    use crate::trust::AppAttestation;
    use serde_json::{Value, json};

    fn arrival() -> Arrival {
        let long = "JVBERi0x".to_owned() + &"A".repeat(100_000);
        let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [
            {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "birthDate": "1980-02-03",
                "name": [{"family": "Delgado", "given": ["Ana"]}]}},
            {"resource": {"resourceType": "Condition", "subject": {"reference": "urn:uuid:p"}, "code": {"text": "Asthma"},
                "onsetAge": {"value": 7.5}}},
            {"resource": {"resourceType": "DocumentReference", "status": "current", "subject": {"reference": "urn:uuid:p"},
                "content": [{"attachment": {"contentType": "application/pdf", "data": long}}]}},
        ]});
        let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [1; 32] };
        let document = SharedDocument::unproven(Bundle::read(bundle.to_string().as_bytes()).expect("a bundle"), source);
        let intake = Intake::from_documents(vec![document], Day::constant(2026, 11, 30)).expect("a form");
        let attestation = AppAttestation::Absent;
        Arrival {
            intake,
            facts: ShareFacts { conformance: None, attestation, refused: Vec::new(), last_updated: None },
        }
    }

    fn said(arrival: &Arrival) -> (Value, Vec<Value>) {
        let resources = arrival.intake.items.iter().map(|item| item.resource.json().reveal().clone()).collect();
        (serde_json::to_value(arrival).expect("JSON"), resources)
    }

    #[test]
    fn a_form_that_was_kept_is_what_it_was_with_its_documents() {
        let bytes = arrival().into_bytes().expect("bytes");
        let back = Arrival::from_bytes(&bytes).expect("a form");
        assert_eq!(said(&back), said(&arrival()));
        let names = |form: &Arrival| form.intake.items.iter().map(|item| item.viewable_names().len()).sum::<usize>();
        assert_eq!((names(&back), names(&arrival())), (1, 1));
    }

    #[test]
    fn what_is_cut_off_or_of_another_form_is_refused() {
        let bytes = arrival().into_bytes().expect("bytes");
        let bytes = bytes.reveal();
        for length in [0, 7, HEAD - 1, HEAD, HEAD + 100, bytes.len() - 1] {
            assert!(Arrival::from_bytes(&Sensitive::new(bytes[..length].to_vec())).is_none(), "{length}");
        }
        let mut later = bytes.clone();
        later[MARK.len() - 1] = b'2';
        assert!(Arrival::from_bytes(&Sensitive::new(later)).is_none());
    }
}
