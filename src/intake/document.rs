//! What a DocumentReference says beside its elements: which of the two PDF kinds of KTC it is, its format, its size.

use super::FactKind;
use super::drafted::{Drafted, plain};
use crate::fhir::{Resource, systems};

/// The two PDF kinds are told apart by `type` (KTC "PatientSharedDocumentReference") and named by what they are.
pub(super) fn facts<'v>(resource: &'v Resource, drafted: &mut Vec<Drafted<'v>>) {
    for (kind, code) in [(FactKind::RenderedPdf, systems::RENDERED_PDF), (FactKind::StoryPdf, systems::STORY_PDF)] {
        if resource.has_coding("/type", systems::LOINC, code) {
            drafted.push(plain(kind, ""));
        }
    }
    for content in resource.list("/content") {
        let attachment = &content["attachment"];
        if let Some(format) = attachment["contentType"].as_str() {
            drafted.push(Drafted { from: vec![&attachment["contentType"]], ..plain(FactKind::Format, format) });
        }
        let encoded = attachment["data"].as_str().map_or(0, str::len);
        let size = attachment["size"].as_u64().filter(|_| encoded == 0);
        let size = size.or_else(|| u64::try_from(encoded * 3 / 4).ok().filter(|size| *size > 0));
        if let Some(size) = size {
            drafted.push(plain(FactKind::Size, &format!("{} kB", size.div_ceil(1000))));
        }
    }
}
