//! Where an appointment is: at this clinic or elsewhere, and how far away that is.
//!
//! A clinic names its places; where it names none, no place is judged and nothing is said of it.

use crate::fhir::Resource;
use crate::sensitive::Sensitive;
use crate::text::plain_text;
use serde_json::Value;

/// Mean radius of the earth in metres: on WGS84 the error is below 0.6 %.
const EARTH: f64 = 6_371_008.8;
const METRES_A_MILE: f64 = 1_609.344;
/// More names of places a clinic does not need.
const MAX_NAMES: usize = 64;

/// The places of this clinic, as its configuration names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnPlaces {
    /// `Location/12`, `Organization/5`.
    references: Vec<String>,
    /// System and value.
    identifiers: Vec<(String, String)>,
    /// In which unit people here are told how far it is.
    unit: LongUnit,
}

/// What a distance that nobody walks is told in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum LongUnit {
    /// 1,609.344 m.
    #[default]
    Miles,
    /// 1,000 m.
    Kilometres,
}

/// Whether an appointment is at this clinic.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum VisitSite {
    /// The clinic names no place of its own, or the appointment none.
    #[default]
    NotJudged,
    /// It is.
    Here,
    /// It is not.
    Elsewhere(Box<Place>),
    /// The EHR does not say enough; this is what it calls the place.
    NotTold(Sensitive<String>),
}

/// A place that is not this clinic's.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// What it is called.
    pub name: Sensitive<String>,
    /// Its address, or empty.
    pub address: Sensitive<String>,
    /// How far away it is, in a straight line, where the EHR says where both are.
    pub away: Option<Distance>,
}

/// A distance as people are told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distance {
    /// The number, with one decimal below ten.
    pub number: String,
    /// Of what.
    pub unit: Unit,
}

/// See [`Distance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Metres.
    Metres,
    /// Kilometres.
    Kilometres,
    /// Miles.
    Miles,
}

/// A point on WGS84.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    latitude: f64,
    longitude: f64,
}

impl OwnPlaces {
    /// From names as `Location/12`, `Organization/5` or `system|value`; `None` where one is none of these.
    pub fn parse(names: &[String], unit: LongUnit) -> Option<OwnPlaces> {
        let mut own = OwnPlaces { unit, ..OwnPlaces::default() };
        if names.len() > MAX_NAMES {
            return None;
        }
        for name in names {
            let id = name.strip_prefix("Location/").or_else(|| name.strip_prefix("Organization/"));
            match (id, name.split_once('|')) {
                (Some(id), None) if is_id(id) => own.references.push(name.clone()),
                (None, Some((system, value))) if !system.is_empty() && !value.is_empty() => {
                    own.identifiers.push((system.to_owned(), value.to_owned()));
                }
                (Some(_) | None, Some(_) | None) => return None,
            }
        }
        Some(own)
    }

    /// Whether the clinic names none.
    pub fn is_empty(&self) -> bool {
        self.references.is_empty() && self.identifiers.is_empty()
    }

    /// Whether it names this one by its reference.
    pub fn names(&self, reference: &str) -> bool {
        self.references.iter().any(|own| own == reference)
    }

    /// Whether it names one of these identifiers (FHIR R4, Identifier).
    pub fn names_identifier<'a>(&self, identifiers: impl IntoIterator<Item = &'a Value>) -> bool {
        let known = |it: &Value| {
            self.identifiers.iter().any(|(system, value)| it["system"] == **system && it["value"] == **value)
        };
        identifiers.into_iter().any(known)
    }

    /// The place by which the clinic says where it is itself.
    pub fn own_location(&self) -> Option<&str> {
        self.references.iter().map(String::as_str).find(|own| own.starts_with("Location/"))
    }

    /// A place of others, and how far it is from here.
    pub fn place(&self, location: &Resource, own: Option<Position>) -> Place {
        let away = own.zip(Position::of(location)).map(|(own, other)| Distance::new(own.metres_to(other), self.unit));
        let name = location.text("/name").or_else(|| location.text("/description")).unwrap_or_default();
        Place { name: plain_text(name), address: plain_text(&address_of(location)), away }
    }
}

/// A logical id (FHIR R4, data type id).
pub(super) fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}

/// `address` in one line.
fn address_of(location: &Resource) -> String {
    if let Some(text) = location.text("/address/text") {
        return text.to_owned();
    }
    let json = &location.json().reveal()["address"];
    let lines = json["line"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let parts = ["city", "state", "postalCode"].into_iter().filter_map(|part| json[part].as_str());
    lines.chain(parts).filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(", ")
}

impl Position {
    /// `position` of a Location. Zero and zero, in the sea off Africa, is what programs write that know no position.
    pub fn of(location: &Resource) -> Option<Position> {
        let json = &location.json().reveal()["position"];
        let (latitude, longitude) = (json["latitude"].as_f64()?, json["longitude"].as_f64()?);
        let is_on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        (is_on_earth && (latitude, longitude) != (0.0, 0.0)).then_some(Position { latitude, longitude })
    }

    /// Along a great circle (haversine formula).
    fn metres_to(self, other: Position) -> f64 {
        let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
        let across = self.latitude.to_radians().cos() * other.latitude.to_radians().cos();
        let square = half(self.latitude, other.latitude) + across * half(self.longitude, other.longitude);
        2.0 * EARTH * square.clamp(0.0, 1.0).sqrt().asin()
    }
}

impl Distance {
    fn new(metres: f64, unit: LongUnit) -> Distance {
        let (unit, number) = match unit {
            LongUnit::Miles => (Unit::Miles, metres / METRES_A_MILE),
            LongUnit::Kilometres if metres < 995.0 => {
                return Distance { number: format!("{:.0}", (metres / 10.0).round() * 10.0), unit: Unit::Metres };
            }
            LongUnit::Kilometres => (Unit::Kilometres, metres / 1000.0),
        };
        let number = if number < 9.95 { format!("{number:.1}") } else { format!("{number:.0}") };
        Distance { number, unit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(latitude: f64, longitude: f64) -> Option<Position> {
        Position::of(&location(json!({"position": {"latitude": latitude, "longitude": longitude}})))
    }

    fn location(mut json: Value) -> Resource {
        json["resourceType"] = json!("Location");
        Resource::from_json(json).expect("a resource")
    }

    fn metres(from: (f64, f64), to: (f64, f64)) -> f64 {
        at(from.0, from.1).expect("a place").metres_to(at(to.0, to.1).expect("a place"))
    }

    #[test]
    fn distances_are_those_of_the_earth() {
        // One degree of latitude; from Boston to New York; across the date line; half around.
        assert!((metres((10.0, 5.0), (11.0, 5.0)) - 111_195.0).abs() < 2.0);
        assert!((metres((42.3601, -71.0589), (40.7128, -74.0060)) - 306_100.0).abs() < 1_000.0);
        assert!((metres((51.0, 179.9), (51.0, -179.9)) - 13_996.0).abs() < 30.0);
        assert!((metres((0.0, 90.0), (0.0, -90.0)) - 20_015_114.0).abs() < 100.0);
        assert_eq!(metres((42.0, -71.0), (42.0, -71.0)), 0.0);
    }

    #[test]
    fn what_is_nowhere_has_no_position() {
        for (latitude, longitude) in [(0.0, 0.0), (91.0, 5.0), (5.0, -181.0), (1e300, 1.0)] {
            assert_eq!(at(latitude, longitude), None);
        }
        for position in [json!({"latitude": "42", "longitude": 1}), json!({"latitude": 42}), Value::Null] {
            assert_eq!(Position::of(&location(json!({"position": position}))), None);
        }
    }

    #[test]
    fn a_distance_is_told_in_the_unit_of_the_clinic() {
        let told = |metres: f64, unit| {
            let distance = Distance::new(metres, unit);
            format!("{} {:?}", distance.number, distance.unit)
        };
        assert_eq!(told(640.0, LongUnit::Miles), "0.4 Miles");
        assert_eq!(told(16_000.0, LongUnit::Miles), "9.9 Miles");
        assert_eq!(told(16_090.0, LongUnit::Miles), "10 Miles");
        assert_eq!(told(404.0, LongUnit::Kilometres), "400 Metres");
        assert_eq!(told(994.9, LongUnit::Kilometres), "990 Metres");
        assert_eq!(told(996.0, LongUnit::Kilometres), "1.0 Kilometres");
        assert_eq!(told(306_100.0, LongUnit::Kilometres), "306 Kilometres");
    }

    #[test]
    fn a_clinic_names_its_places_by_reference_or_by_identifier() {
        let parse = |names: &[&str]| {
            OwnPlaces::parse(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), LongUnit::Miles)
        };
        let own = parse(&["Location/12", "Organization/a.b-c", "https://clinic.example/places|north"]).expect("places");
        assert!(own.names("Location/12") && own.names("Organization/a.b-c") && !own.names("Location/1"));
        assert_eq!(own.own_location(), Some("Location/12"));
        let identifier = |system: &str| json!([{"value": "x"}, {"system": system, "value": "north"}]);
        let names = |system: &str| own.names_identifier(identifier(system).as_array().into_iter().flatten());
        assert!(names("https://clinic.example/places") && !names("https://other.example"));
        for wrong in ["12", "Location/", "Location/a b", "Practitioner/1", "|north", "x|", "Location/1|2", ""] {
            assert_eq!(parse(&[wrong]), None, "{wrong}");
        }
        assert!(parse(&[]).is_some_and(|own| own.is_empty()));
    }

    #[test]
    fn an_address_is_one_line() {
        let told = |json: Value| OwnPlaces::default().place(&location(json), None);
        let place =
            told(json!({"name": "Lakeside North", "address": {"line": ["12 Elm St", "Suite 3"], "city": "Salem",
            "state": "MA", "postalCode": "01970"}}));
        assert_eq!(place.address.reveal(), "12 Elm St, Suite 3, Salem, MA, 01970");
        assert_eq!(told(json!({"address": {"text": "By the lake", "city": "Salem"}})).address.reveal(), "By the lake");
        assert_eq!((place.name.reveal().as_str(), place.away), ("Lakeside North", None));
    }
}
