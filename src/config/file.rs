//! The shape of `kiosk.toml`. Paths are relative to the file.

use super::ehr::{Ehr, EhrConfig};
use super::problem::Problem;
use super::{ConfigError, read_file};
use crate::language::Language;
use crate::reconciliation::{AppointmentRules, LongUnit, OwnPlaces};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Half a day: whoever comes earlier or later than that comes for something else.
const MAX_EARLY_OR_LATE: Duration = Duration::from_secs(720 * 60);
/// An EHR is not asked for more days at each check-in.
const MAX_NEARBY_DAYS: u8 = 31;

/// Everything that differs from clinic to clinic.
#[derive(Clone, Debug, Default)]
pub struct KioskConfig {
    /// The organisation's name, sent as `recipient`; patients see it in their app.
    pub clinic: String,
    /// The language of the welcome screen.
    pub language: Language,
    /// Where pictures come from.
    pub camera: CameraSource,
    /// The serial line of a hand scanner.
    pub scanner_port: Option<PathBuf>,
    /// The EHR; without one, nothing can be filed.
    pub ehr: Option<EhrConfig>,
    /// Loopback ports that shares may use: tests and the demo only.
    pub loopback_ports: Vec<u16>,
    /// A certificate authority beside those of the system.
    pub trusted_ca_file: Option<PathBuf>,
    /// The folder of check-ins that the EHR does not take; beside the database if the file names none.
    pub folder: PathBuf,
    /// The folder of the database.
    pub store_folder: PathBuf,
    /// The file that holds the sealing key.
    pub sealing_key_file: PathBuf,
    /// Where tickets go.
    pub printer: PrinterChoice,
    /// Who may sign in.
    pub staff: Vec<StaffEntry>,
    /// Pairs of medicines that are confused at this clinic, beside those that come with the kiosk.
    pub look_alikes: Vec<[String; 2]>,
    /// By what it is said that somebody comes early or late.
    pub appointments: AppointmentRules,
    /// The places of this clinic; none where it is not judged where an appointment is.
    pub places: OwnPlaces,
    /// The clinic's own list of issuers.
    pub issuers_file: Option<PathBuf>,
    /// A published list of issuers with their keys, written by `ktc-kiosk trust import`.
    pub issuer_snapshot_file: Option<PathBuf>,
}

/// Where pictures come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CameraSource {
    /// No camera: a hand scanner only.
    #[default]
    None,
    /// A camera of the system.
    Device(u32),
    /// A folder of pictures.
    Folder {
        /// The folder.
        path: PathBuf,
        /// Pictures in a second.
        frames_per_second: u32,
    },
}

/// Where tickets go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PrinterChoice {
    /// Nowhere: the number on screen counts.
    #[default]
    None,
    /// A device file such as `/dev/usb/lp0`.
    Device(PathBuf),
    /// A network printer, `host:port`.
    Address(String),
    /// A folder that collects tickets.
    Folder(PathBuf),
}

/// One staff member.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffEntry {
    /// The id in the audit log.
    pub id: String,
    /// The name on screen.
    pub name: String,
    /// The PIN's hash, as `ktc-kiosk pin-hash` prints it.
    pub pin: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    clinic: Clinic,
    station: Option<Station>,
    camera: Option<Camera>,
    scanner: Option<Scanner>,
    ehr: Option<Ehr>,
    folder: Option<Folder>,
    egress: Option<Egress>,
    store: Store,
    printer: Option<Printer>,
    #[serde(default)]
    staff: Vec<StaffEntry>,
    trust: Option<Trust>,
    desk: Option<Desk>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Desk {
    #[serde(default)]
    look_alikes: Vec<[String; 2]>,
    early_mins: Option<u16>,
    late_mins: Option<u16>,
    nearby_days: Option<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clinic {
    name: String,
    #[serde(default)]
    locations: Vec<String>,
    distances: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Station {
    face: Option<String>,
    language: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Camera {
    device: Option<u32>,
    folder: Option<PathBuf>,
    frames_per_second: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scanner {
    port: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Folder {
    path: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Egress {
    #[serde(default)]
    loopback_ports: Vec<u16>,
    trusted_ca_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Store {
    folder: PathBuf,
    sealing_key_file: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Printer {
    device: Option<PathBuf>,
    address: Option<String>,
    file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trust {
    issuers_file: Option<PathBuf>,
    issuer_snapshot_file: Option<PathBuf>,
}

impl KioskConfig {
    /// The address of the EHR that check-ins are filed at, if there is one.
    pub fn filing_address(&self) -> Option<&str> {
        self.ehr.as_ref().map(|ehr| ehr.base_url.as_str())
    }

    /// Reads and checks a configuration file.
    pub fn read(path: &Path) -> Result<KioskConfig, ConfigError> {
        let bytes = read_file(path)?;
        let text = String::from_utf8_lossy(&bytes);
        let folder = path.parent().unwrap_or(Path::new("."));
        KioskConfig::from_toml(&text, folder).map_err(|problem| match problem {
            Problem::Shape(message) => ConfigError::Shape { path: path.to_owned(), message },
            Problem::Rule(rule) => ConfigError::Rule { path: path.to_owned(), rule },
        })
    }

    fn from_toml(text: &str, folder: &Path) -> Result<KioskConfig, Problem> {
        // The message names the line and the key; it quotes the file, which holds no secrets.
        let file: File = toml::from_str(text).map_err(|error| Problem::Shape(error.to_string()))?;
        if file.clinic.name.trim().is_empty() {
            return Err(Problem::Rule("clinic.name is empty: patients see it in their app"));
        }
        if file.station.as_ref().and_then(|station| station.face.as_deref()).is_some_and(|face| face != "both") {
            return Err(Problem::Rule("station.face: only \"both\" is built so far"));
        }
        let language = match file.station.and_then(|station| station.language).as_deref() {
            None => Language::default(),
            Some(tag) => Language::from_tag(tag)
                .ok_or_else(|| Problem::Shape(format!("station.language: one of{}", Language::TAGS)))?,
        };
        let places = places(&file.clinic)?;
        let desk = file.desk.unwrap_or_default();
        let at = |path: PathBuf| folder.join(path);
        let trust = file.trust.unwrap_or(Trust { issuers_file: None, issuer_snapshot_file: None });
        let egress = file.egress.unwrap_or(Egress { loopback_ports: Vec::new(), trusted_ca_file: None });
        Ok(KioskConfig {
            clinic: file.clinic.name,
            language,
            camera: camera(file.camera, folder)?,
            scanner_port: file.scanner.map(|scanner| at(scanner.port)),
            ehr: file.ehr.map(|ehr| ehr.read(folder)).transpose()?,
            loopback_ports: egress.loopback_ports,
            trusted_ca_file: egress.trusted_ca_file.map(at),
            folder: folder.join(file.folder.map_or_else(|| file.store.folder.join("check-ins"), |folder| folder.path)),
            store_folder: folder.join(file.store.folder),
            sealing_key_file: folder.join(file.store.sealing_key_file),
            printer: printer(file.printer, folder)?,
            staff: file.staff,
            appointments: appointments(&desk)?,
            places,
            look_alikes: desk.look_alikes,
            issuers_file: trust.issuers_file.map(at),
            issuer_snapshot_file: trust.issuer_snapshot_file.map(at),
        })
    }
}

fn camera(camera: Option<Camera>, folder: &Path) -> Result<CameraSource, Problem> {
    match camera {
        None => Ok(CameraSource::None),
        Some(Camera { device: Some(device), folder: None, .. }) => Ok(CameraSource::Device(device)),
        Some(Camera { device: None, folder: Some(path), frames_per_second }) => {
            let frames_per_second = frames_per_second.unwrap_or(10).clamp(1, 60);
            Ok(CameraSource::Folder { path: folder.join(path), frames_per_second })
        }
        Some(_) => Err(Problem::Rule("camera: give either `device` or `folder`")),
    }
}

fn places(clinic: &Clinic) -> Result<OwnPlaces, Problem> {
    let unit = match clinic.distances.as_deref() {
        None => LongUnit::default(),
        Some(word) => word.parse().map_err(|_| Problem::Rule("clinic.distances: \"miles\" or \"kilometres\""))?,
    };
    let rule = "clinic.locations: up to 64, each \"Location/<id>\", \"Organization/<id>\" or \"<system>|<value>\"";
    OwnPlaces::parse(&clinic.locations, unit).ok_or(Problem::Rule(rule))
}

fn appointments(desk: &Desk) -> Result<AppointmentRules, Problem> {
    let usual = AppointmentRules::default();
    let minutes = |minutes: Option<u16>, usual| minutes.map_or(usual, |it| Duration::from_secs(u64::from(it) * 60));
    let rules = AppointmentRules {
        early: minutes(desk.early_mins, usual.early),
        late: minutes(desk.late_mins, usual.late),
        nearby_days: desk.nearby_days.unwrap_or(usual.nearby_days),
    };
    if rules.early.max(rules.late) > MAX_EARLY_OR_LATE || rules.nearby_days > MAX_NEARBY_DAYS {
        return Err(Problem::Rule("desk: early_mins and late_mins are at most 720, nearby_days at most 31"));
    }
    Ok(rules)
}

fn printer(printer: Option<Printer>, folder: &Path) -> Result<PrinterChoice, Problem> {
    match printer {
        None => Ok(PrinterChoice::None),
        Some(Printer { device: Some(path), address: None, file: None }) => Ok(PrinterChoice::Device(path)),
        Some(Printer { device: None, address: Some(address), file: None }) => Ok(PrinterChoice::Address(address)),
        Some(Printer { device: None, address: None, file: Some(path) }) => Ok(PrinterChoice::Folder(folder.join(path))),
        Some(_) => Err(Problem::Rule("printer: give one of `device`, `address`, `file`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "[clinic]\nname = \"Lakeside\"\n[store]\nfolder = \"data\"\nsealing_key_file = \"key\"\n";

    fn read(more: &str) -> Result<KioskConfig, String> {
        KioskConfig::from_toml(&format!("{SMALL}{more}"), Path::new("/etc/kiosk")).map_err(|problem| match problem {
            Problem::Shape(message) => message,
            Problem::Rule(rule) => rule.to_owned(),
        })
    }

    #[test]
    fn the_smallest_configuration_opens_no_loopback_port() {
        let config = read("").expect("a configuration");
        assert!(config.loopback_ports.is_empty());
        assert_eq!(config.store_folder, Path::new("/etc/kiosk/data"));
    }

    #[test]
    fn a_typing_mistake_is_an_error_that_names_the_key() {
        assert!(read("[ehrr]\nbase_url = \"x\"").expect_err("an error").contains("ehrr"));
    }

    #[test]
    fn the_welcome_screen_speaks_a_language_that_the_program_has() {
        let language = |tag: &str| read(&format!("[station]\nlanguage = \"{tag}\"")).map(|config| config.language);
        for known in Language::ALL {
            assert_eq!(language(known.tag()), Ok(*known));
        }
        assert!(language("tlh").expect_err("an error").contains("one of en es"));
    }

    #[test]
    fn a_serial_scanner_is_named_by_its_path() {
        let config = read("[scanner]\nport = \"/dev/ttyACM0\"").expect("a configuration");
        assert_eq!(config.scanner_port.as_deref(), Some(Path::new("/dev/ttyACM0")));
        assert_eq!(read("").expect("a configuration").scanner_port, None);
    }

    #[test]
    fn the_configuration_that_is_shipped_is_read_and_so_is_what_it_suggests() {
        let shipped = include_str!("../../config/kiosk.toml");
        let folder = Path::new("/etc/kiosk");
        assert!(KioskConfig::from_toml(shipped, folder).is_ok());
        let suggested = |line: &str| {
            let line = line.strip_prefix("# ").filter(|line| line.starts_with('[') || line.contains(" = "));
            line.filter(|line| !line.starts_with("bearer_token_file") && !line.starts_with("profile_file"))
                .map(str::to_owned)
        };
        let all: Vec<String> = shipped.lines().map(|line| suggested(line).unwrap_or_else(|| line.to_owned())).collect();
        let config = KioskConfig::from_toml(&all.join("\n"), folder).map_err(|problem| match problem {
            Problem::Shape(message) => message,
            Problem::Rule(rule) => rule.to_owned(),
        });
        let ehr = config.expect("a configuration").ehr.expect("an EHR");
        assert!(matches!(ehr.access, crate::config::EhrAccess::SignIn(sign_in) if sign_in.b2b.is_some()));
    }

    #[test]
    fn early_late_and_the_clinics_places_have_limits_and_words() {
        let usual = read("").expect("a configuration");
        let minutes =
            |rules: AppointmentRules| (rules.early.as_secs() / 60, rules.late.as_secs() / 60, rules.nearby_days);
        assert_eq!((minutes(usual.appointments), usual.places.is_empty()), ((30, 10, 7), true));
        let set = read("[desk]\nearly_mins = 0\nlate_mins = 720\nnearby_days = 0").expect("a configuration");
        assert_eq!(minutes(set.appointments), (0, 720, 0));
        for wrong in ["early_mins = 721", "late_mins = 721", "nearby_days = 32", "early_mins = -1", "late_min = 5"] {
            assert!(read(&format!("[desk]\n{wrong}")).is_err(), "{wrong}");
        }
        let clinic = |more: &str| {
            KioskConfig::from_toml(&SMALL.replace("[store]", &format!("{more}\n[store]")), Path::new("/etc/kiosk"))
        };
        let named = clinic("locations = [\"Location/12\"]\ndistances = \"kilometres\"").map(|config| config.places);
        assert!(named.is_ok_and(|places| places.names("Location/12")));
        assert!(clinic("locations = [\"12\"]").is_err() && clinic("distances = \"feet\"").is_err());
    }

    #[test]
    fn an_ehr_has_a_profile_and_what_it_does_not_take_a_folder() {
        let ehr = |more: &str| read(&format!("[ehr]\nbase_url = \"https://ehr.example\"\n{more}"));
        let profile = |more: &str| ehr(more).expect("a configuration").ehr.expect("an EHR").profile.name;
        assert_eq!((profile(""), profile("profile = \"medplum\"")), ("generic-r4".into(), "medplum".into()));
        assert!(ehr("profile = \"medplumm\"").expect_err("an error").contains("medplum, oracle-health"));
        assert!(ehr("profile = \"epic\"\nprofile_file = \"x\"").expect_err("an error").contains("either"));
        assert_eq!(read("").expect("a configuration").folder, Path::new("/etc/kiosk/data/check-ins"));
        let named = read("[folder]\npath = \"/srv/check-ins\"").expect("a configuration");
        assert_eq!(named.folder, Path::new("/srv/check-ins"));
    }
}
