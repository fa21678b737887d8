//! Whose PIN is this? Hashes come from the configuration; the count of wrong tries is on disk.

use crate::config::StaffEntry;
use crate::reconciliation::Staff;
use crate::sensitive::Sensitive;
use crate::session::AwaitingStaff;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};

/// How long a PIN is.
const PIN_DIGITS: usize = AwaitingStaff::PIN_DIGITS;

/// The staff who may sign in.
#[derive(Clone, Debug, Default)]
pub struct Roster(Vec<StaffEntry>);

impl Roster {
    /// From the configuration.
    pub fn new(entries: Vec<StaffEntry>) -> Roster {
        Roster(entries)
    }

    /// The staff member with this PIN. Slow by intention: each hash is made to be.
    pub fn find(&self, pin: &Sensitive<String>) -> Option<Staff> {
        let fits = |entry: &&StaffEntry| {
            let hash = PasswordHash::new(&entry.pin);
            hash.is_ok_and(|hash| Argon2::default().verify_password(pin.reveal().as_bytes(), &hash).is_ok())
        };
        self.0.iter().find(fits).map(|entry| Staff { id: entry.id.clone(), name: entry.name.clone() })
    }

    /// Entries whose hash is none, by id, for `check`.
    pub fn unusable(&self) -> Vec<&str> {
        let broken = |entry: &&StaffEntry| PasswordHash::new(&entry.pin).is_err();
        self.0.iter().filter(broken).map(|entry| entry.id.as_str()).collect()
    }

    /// Whether nobody may sign in.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Why a PIN has no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Not the right number of digits.
    #[error("a PIN has exactly {PIN_DIGITS} digits")]
    NotAPin,
    /// The system gave no random salt, or the hash could not be made.
    #[error("the hash could not be made")]
    NoHash,
}

/// The hash that goes into the configuration (Argon2id, PHC text).
pub fn hash_pin(pin: &str) -> Result<String, PinError> {
    if pin.len() != PIN_DIGITS || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PinError::NotAPin);
    }
    let hash = Argon2::default().hash_password(pin.as_bytes()).map_err(|_| PinError::NoHash)?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_finds_its_owner_and_nobody_else() {
        let entry = StaffEntry { id: "mw".into(), name: "Mara".into(), pin: hash_pin("271828").expect("a hash") };
        let roster = Roster::new(vec![entry]);
        assert_eq!(roster.find(&Sensitive::from("271828")).map(|staff| staff.id).as_deref(), Some("mw"));
        assert_eq!(roster.find(&Sensitive::from("271829")), None);
        assert_eq!(hash_pin("12345").err(), Some(PinError::NotAPin));
    }
}
