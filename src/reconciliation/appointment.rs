//! One appointment as the EHR has it (FHIR R4, Appointment): when, what for, with whom, where, and how it stands there.

use super::chart::logical_id;
use super::place::VisitSite;
use crate::fhir::Resource;
use crate::sensitive::Sensitive;
use crate::text::plain_text;
use crate::time::Timestamp;
use serde_json::Value;

/// More places of one appointment are not looked at.
const MAX_PLACES: usize = 4;

/// `status` (FHIR R4, AppointmentStatus).
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum AppointmentStatus {
    /// Asked for; nobody has agreed.
    Proposed,
    /// Not everybody has agreed yet.
    Pending,
    /// Agreed.
    Booked,
    /// The patient is here.
    Arrived,
    /// The visit has taken place.
    Fulfilled,
    /// Called off.
    Cancelled,
    /// The patient did not come.
    Noshow,
    /// It should not be in this chart.
    EnteredInError,
    /// The patient is here, and the paperwork is done.
    CheckedIn,
    /// Waits until a time is free.
    Waitlist,
}

impl AppointmentStatus {
    /// FHIR's code.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// Whether it may be without a start (R4, invariant app-3); one that counts for nothing may lack anything.
    const fn may_lack_start(self) -> bool {
        match self {
            AppointmentStatus::Proposed
            | AppointmentStatus::Cancelled
            | AppointmentStatus::Waitlist
            | AppointmentStatus::EnteredInError => true,
            AppointmentStatus::Pending
            | AppointmentStatus::Booked
            | AppointmentStatus::Arrived
            | AppointmentStatus::Fulfilled
            | AppointmentStatus::Noshow
            | AppointmentStatus::CheckedIn => false,
        }
    }

    /// Whether the kiosk may change it to `arrived`: what was called off, missed or never agreed is put right in the EHR.
    pub const fn can_arrive(self) -> bool {
        match self {
            AppointmentStatus::Pending | AppointmentStatus::Booked => true,
            AppointmentStatus::Proposed
            | AppointmentStatus::Arrived
            | AppointmentStatus::Fulfilled
            | AppointmentStatus::Cancelled
            | AppointmentStatus::Noshow
            | AppointmentStatus::EnteredInError
            | AppointmentStatus::CheckedIn
            | AppointmentStatus::Waitlist => false,
        }
    }
}

/// One appointment of the patient.
#[derive(Clone, Debug, PartialEq)]
pub struct Appointment {
    /// Logical id in the EHR.
    pub id: String,
    /// How it stands there.
    pub status: AppointmentStatus,
    /// The start; none where nobody has agreed on one.
    pub starts: Option<Timestamp>,
    /// The end, where the EHR says so.
    pub ends: Option<Timestamp>,
    /// `requestedPeriod`, for one without a start.
    pub wished: Option<(Timestamp, Timestamp)>,
    /// When the EHR last changed it.
    pub changed: Option<Timestamp>,
    /// What it is for, and with whom, as far as the EHR says.
    pub about: Sensitive<String>,
    /// The references to its places, as the EHR has them.
    pub places: Vec<Value>,
    /// Whether one of them belongs to this clinic; whoever fetched it looked.
    pub site: VisitSite,
    /// Whether other patients take part; whoever fetched it looked.
    pub is_shared: bool,
    /// `start` and `participant` as the EHR has them: by these it is known again.
    pub as_told: Vec<(&'static str, Sensitive<Value>)>,
}

impl Appointment {
    /// Reads one; `None` when it has no usable id, status or start, so that nobody can say what it is.
    pub fn from_resource(resource: &Resource) -> Option<Appointment> {
        let status: AppointmentStatus = resource.text("/status")?.parse().ok()?;
        let time = |pointer: &str| resource.text(pointer).and_then(Timestamp::from_rfc3339);
        let starts = time("/start");
        if starts.is_none() && (resource.text("/start").is_some() || !status.may_lack_start()) {
            return None;
        }
        let as_told = |name: &str| Sensitive::new(resource.json().reveal()[name].clone());
        let actors = resource.list("/participant").iter().map(|participant| &participant["actor"]);
        let of_kind = |kind: &'static str| {
            let is_of_kind = move |actor: &&Value| {
                actor["type"] == kind || actor["reference"].as_str().is_some_and(|it| names_kind(it, kind))
            };
            actors.clone().filter(is_of_kind)
        };
        let with = of_kind("Practitioner").chain(of_kind("PractitionerRole"));
        let with = with.filter_map(|actor| actor["display"].as_str()).next();
        let what = resource.text("/description").map(str::to_owned);
        let what = what.or_else(|| resource.concept("/appointmentType")).or_else(|| resource.concept("/serviceType/0"));
        let about = [what.as_deref(), with].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        Some(Appointment {
            id: logical_id(resource)?.to_owned(),
            status,
            starts,
            ends: time("/end").filter(|end| starts.is_some_and(|start| start < *end)),
            wished: time("/requestedPeriod/0/start").zip(time("/requestedPeriod/0/end")),
            changed: time("/meta/lastUpdated"),
            about: plain_text(&about),
            places: of_kind("Location").take(MAX_PLACES).cloned().collect(),
            site: VisitSite::NotJudged,
            is_shared: false,
            as_told: ["start", "participant"].map(|name| (name, as_told(name))).to_vec(),
        })
    }
}

/// Whether a reference names a record of this type, relative or with an address before it (FHIR R4, references.html#literal).
fn names_kind(reference: &str, kind: &str) -> bool {
    let mut parts = reference.split("/_history/").next().unwrap_or_default().rsplit('/');
    parts.next().is_some() && parts.next() == Some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use strum::VariantArray;

    fn read(json: Value) -> Option<Appointment> {
        Appointment::from_resource(&Resource::from_json(json).expect("a resource"))
    }

    #[test]
    fn each_status_of_r4_is_known_by_its_code_and_by_no_other() {
        let codes: Vec<&str> = AppointmentStatus::VARIANTS.iter().map(|status| status.code()).collect();
        let r4 = "proposed pending booked arrived fulfilled cancelled noshow entered-in-error checked-in waitlist";
        assert_eq!(codes.join(" "), r4);
        for other in ["no-show", "Booked", "", "cancelled "] {
            assert!(other.parse::<AppointmentStatus>().is_err(), "{other}");
        }
        let marked: Vec<_> = AppointmentStatus::VARIANTS.iter().filter(|status| status.can_arrive()).collect();
        assert_eq!(marked, [&AppointmentStatus::Pending, &AppointmentStatus::Booked]);
    }

    #[test]
    fn what_has_no_usable_id_status_or_start_is_not_read() {
        let whole = json!({"resourceType": "Appointment", "id": "v1", "status": "booked", "start": "2026-12-01T09:30:00-05:00"});
        assert_eq!(
            read(whole.clone()).and_then(|it| it.starts),
            Timestamp::from_rfc3339("2026-12-01T14:30:00Z"),
            "an instant has its offset"
        );
        for (element, value) in [
            ("id", json!("no id")),
            ("id", Value::Null),
            ("status", json!("bookd")),
            ("status", Value::Null),
            ("start", json!("2026-12-01")),
            ("start", json!("tomorrow")),
            ("start", json!("2026-12-01T25:00:00Z")),
            ("start", Value::Null),
        ] {
            let mut broken = whole.clone();
            broken[element] = value.clone();
            assert_eq!(read(broken), None, "{element} {value}");
        }
        let mut wished = whole.clone();
        wished["status"] = json!("proposed");
        wished["requestedPeriod"] = json!([{"start": "2026-12-01T09:00:00Z", "end": "2026-12-01T12:00:00Z"}]);
        assert!(read(wished.clone()).is_some());
        wished.as_object_mut().expect("members").remove("start");
        assert!(read(wished).is_some_and(|it| it.starts.is_none() && it.wished.is_some()));
    }

    #[test]
    fn who_and_where_are_told_from_the_patient() {
        let actor = |reference: &str, display: &str| json!({"actor": {"reference": reference, "display": display}});
        let visit = read(
            json!({"resourceType": "Appointment", "id": "v1", "status": "booked", "start": "2026-12-01T09:30:00Z",
            "description": "Check-up", "participant": [
                actor("Patient/1", "Ana"), actor("Location/3", "Room 3"), actor("https://ehr.example/fhir/Practitioner/9/_history/1", "Dr Weiss"),
                actor("Device/Location", "x"), {"actor": {"type": "Location", "display": "Annex"}}]}),
        );
        let visit = visit.expect("an appointment");
        assert_eq!(visit.about.reveal(), "Check-up · Dr Weiss");
        let places: Vec<&str> = visit.places.iter().filter_map(|place| place["display"].as_str()).collect();
        assert_eq!(places, ["Room 3", "Annex"]);
    }
}
