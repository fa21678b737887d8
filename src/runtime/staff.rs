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

    /// The staff member with this PIN; nobody where two have it, since nobody could say which of them it was. Slow by intention:
    /// each hash is made to be.
    pub fn find(&self, pin: &Sensitive<String>) -> Option<Staff> {
        let fits = |entry: &&StaffEntry| {
            let hash = PasswordHash::new(&entry.pin);
            hash.is_ok_and(|hash| Argon2::default().verify_password(pin.reveal().as_bytes(), &hash).is_ok())
        };
        let mut found = self.0.iter().filter(fits);
        match (found.next(), found.next()) {
            (Some(entry), None) => Some(Staff { id: entry.id.clone(), name: entry.name.clone() }),
            (Some(one), Some(other)) => {
                tracing::error!(
                    one = one.id,
                    other = other.id,
                    "two entries of staff have the same PIN: neither is let in"
                );
                None
            }
            (None, _) => None,
        }
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
    /// One that is tried first: one digit, a run of digits, one or two digits again and again.
    #[error("this PIN is one of the first that anybody tries: choose another")]
    TriedFirst,
    /// The system gave no random salt, or the hash could not be made.
    #[error("the hash could not be made")]
    NoHash,
}

/// The hash that goes into the configuration (Argon2id, PHC text).
pub fn hash_pin(pin: &str) -> Result<String, PinError> {
    if pin.len() != PIN_DIGITS || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PinError::NotAPin);
    }
    if is_tried_first(pin.as_bytes()) {
        return Err(PinError::TriedFirst);
    }
    let hash = Argon2::default().hash_password(pin.as_bytes()).map_err(|_| PinError::NoHash)?;
    Ok(hash.to_string())
}

/// Every digit is as far from the one before it, or the same as the one two or three before it.
fn is_tried_first(pin: &[u8]) -> bool {
    let step = |pair: &[u8]| (10 + pair[1] - pair[0]) % 10;
    let is_run = pin.windows(2).all(|pair| matches!(step(pair), 0 | 1 | 9))
        && pin.windows(3).all(|it| step(&it[..2]) == step(&it[1..]));
    is_run || [2, 3].iter().any(|period| pin.iter().skip(*period).zip(pin).all(|(later, digit)| later == digit))
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
        let twice = [("a", "271828"), ("b", "271828"), ("c", "314159")];
        let entry = |(id, pin): (&str, &str)| StaffEntry {
            id: id.into(),
            name: id.into(),
            pin: hash_pin(pin).expect("a hash"),
        };
        let roster = Roster::new(twice.map(entry).to_vec());
        assert_eq!(roster.find(&Sensitive::from("271828")), None, "nobody could say who it was");
        assert_eq!(roster.find(&Sensitive::from("314159")).map(|staff| staff.id).as_deref(), Some("c"));
    }

    #[test]
    fn a_pin_that_is_tried_first_is_none() {
        for pin in ["000000", "123456", "654321", "890123", "121212", "123123", "777777", "321098"] {
            assert_eq!(hash_pin(pin).err(), Some(PinError::TriedFirst), "{pin}");
        }
        for pin in ["271828", "112358", "102938", "246813", "124578"] {
            assert!(!is_tried_first(pin.as_bytes()), "{pin}");
        }
    }
}
