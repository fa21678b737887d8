//! How the devices around the session are. It lives beside the session: a broken printer ends no visit.

use crate::time::Timestamp;

/// Whether pictures arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameraHealth {
    /// Nobody needs it now.
    Closed,
    /// Pictures arrive.
    Seeing,
    /// It was asked for and gives none.
    Missing,
}

/// Whether tickets come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrinterHealth {
    /// No printer is configured.
    None,
    /// The last ticket was handed over.
    Ready,
    /// The last ticket could not be printed; the number on screen counts.
    Failing,
}

/// Whether the EHR answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EhrHealth {
    /// Nobody asked yet.
    Unknown,
    /// The last request was answered.
    Reachable,
    /// The last request was not answered.
    Unreachable,
    /// It answers, and does not let the kiosk in: clinic IT must mend the configuration.
    Refusing,
}

/// All of it, for the faces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceHealth {
    /// The camera.
    pub camera: CameraHealth,
    /// The ticket printer.
    pub printer: PrinterHealth,
    /// The EHR.
    pub ehr: EhrHealth,
    /// Confirmed check-ins that wait to be sent.
    pub waiting: usize,
    /// Check-ins that a person must look at.
    pub needs_person: usize,
    /// Check-ins that were kept without a chart.
    pub kept: usize,
    /// A damaged database lies beside the one in use: check-ins in it were perhaps never sent.
    pub store_damaged: bool,
    /// Date of the list of issuers.
    pub trust_list: Option<Timestamp>,
}

impl DeviceHealth {
    /// Whether any check-in waits here, for whatever.
    pub const fn any_waits(&self) -> bool {
        self.waiting + self.needs_person + self.kept > 0
    }
}

impl Default for DeviceHealth {
    fn default() -> Self {
        DeviceHealth {
            camera: CameraHealth::Closed,
            printer: PrinterHealth::None,
            ehr: EhrHealth::Unknown,
            waiting: 0,
            needs_person: 0,
            kept: 0,
            store_damaged: false,
            trust_list: None,
        }
    }
}
