//! What the EHR may have of a check-in that was withdrawn on its way: looked for by our name for it. It is this check-in's where its
//! tag says so; an earlier visit with the same share may have filed the same under that name.

use crate::delivery::answer::{first_version, json_of};
use crate::delivery::came_by::came_by;
use crate::delivery::{EhrReply, Filed};
use crate::fhir::RecordType;
use crate::filing::systems::ITEM;
use crate::filing::{Expected, SubmissionId};
use serde_json::Value;

/// The search for it.
pub fn query(open: &Expected) -> String {
    format!("{}?{}={ITEM}%7C{}", open.kind, open.kind.name_parameter(), open.name)
}

/// Where it lies; none where the EHR does not show it, or shows one that came by another check-in.
pub fn read(open: &Expected, submission: &SubmissionId, reply: &EhrReply) -> Option<Filed> {
    let body = json_of(reply).filter(|body| reply.status == 200 && body["resourceType"] == "Bundle")?;
    let named = |record: &Value, list: &Value, member: &str| {
        let each = list.as_array().map_or(std::slice::from_ref(list), Vec::as_slice);
        record["resourceType"].as_str().and_then(RecordType::from_word) == Some(open.kind)
            && each.iter().any(|name| name["system"] == ITEM && name[member] == open.name.as_str())
    };
    let is_it = |record: &&Value| {
        named(record, &record["identifier"], "value") || named(record, &record["meta"]["tag"], "code")
    };
    let records = body["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    let mut found = records.filter(is_it).filter(|record| came_by(record, submission));
    let (record, None) = (found.next()?, found.next()) else { return None };
    let location = format!("{}/{}", open.kind, record["id"].as_str()?);
    let version = first_version(record);
    Some(Filed { items: open.items.clone(), location, created: true, is_altered: false, version })
}
