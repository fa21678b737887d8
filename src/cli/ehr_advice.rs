//! Who must do what when a step towards the EHR fails.

use crate::net::{Asked, EhrError, Obstacle, SignInError, TokenError};

pub(super) fn advice_on(error: &EhrError) -> &'static str {
    match error {
        EhrError::Address => "Clinic IT: correct ehr.base_url",
        EhrError::NotConnected(obstacle) | EhrError::Broken(obstacle) => advice_on_obstacle(*obstacle),
        EhrError::Status(401) => {
            "The EHR does not take the token, or wants one. Clinic IT: configure sign-in; EHR's administrators: look for the \
             reason in the EHR's log"
        }
        EhrError::Status(403) => {
            "The EHR knows this kiosk and does not allow this. EHR's administrators: allow it (scopes, or a list of interfaces)"
        }
        EhrError::Status(404 | 410) => "Clinic IT: ehr.base_url is not the base of a FHIR service; correct it",
        EhrError::Status(300..=399) => {
            "The EHR points elsewhere, and the kiosk does not follow. Clinic IT: put the final address into ehr.base_url"
        }
        EhrError::Status(_) | EhrError::TooLarge => "EHR's administrators: look for the reason in the EHR's log",
        EhrError::NotFhir => {
            "Something else answers there: a login page, a portal? Clinic IT: check ehr.base_url and the network"
        }
        EhrError::SignIn(error) => advice_on_sign_in(error),
    }
}

pub(super) fn advice_on_obstacle(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::NoConnection => "Clinic IT: check the address, the network and the firewall; is the server up?",
        Obstacle::CertificateExpired | Obstacle::CertificateNotYetValid => {
            "Clinic IT: is this computer's clock right? EHR's administrators: else renew the certificate"
        }
        Obstacle::UnknownAuthority => {
            "Clinic IT: put the certificate of the EHR's own authority into a file and name it in ehr.trusted_ca_file; if the \
             EHR has none, somebody may be listening"
        }
        Obstacle::WrongName => "Clinic IT: ehr.base_url must use the name that the certificate is for",
        Obstacle::Certificate => "EHR's administrators: the server's certificate is unusable",
        Obstacle::ClientCertificate => {
            "Clinic IT: set ehr.client_certificate_file and ehr.client_key_file; EHR's administrators: is the certificate known?"
        }
        Obstacle::Tls => "Clinic IT: is it https at this port? EHR's administrators: TLS 1.2 or later is needed",
        Obstacle::TimedOut | Obstacle::Broken => "Try again; if it stays so, clinic IT: check network and server",
    }
}

pub(super) fn advice_on_sign_in(error: &SignInError) -> &'static str {
    match error {
        SignInError::NoAnswer(_, obstacle) => advice_on_obstacle(*obstacle),
        SignInError::TooLarge(_) | SignInError::NotJson(_) => {
            "Something else answers there: a login page, a portal? Clinic IT: check ehr.base_url and the network"
        }
        SignInError::Status(Asked::Configuration, 404 | 410) | SignInError::NoEndpoint => {
            "Clinic IT: correct ehr.base_url, or set ehr.sign_in.token_endpoint if this EHR has no SMART configuration"
        }
        SignInError::Status(_, 500..=599 | 429) => {
            "Try again; if it stays so, EHR's administrators: look into the server's log"
        }
        SignInError::Status(_, 300..=399) => {
            "It points elsewhere, and the kiosk does not follow. Clinic IT: configure the final address"
        }
        SignInError::Status(..) | SignInError::NotBearer | SignInError::NoToken => {
            "EHR's administrators: look for the reason in the authorization server's log"
        }
        SignInError::EndpointNotPrivate => "EHR's administrators: the token endpoint must be https",
        SignInError::NoCommonAlgorithm(_) => {
            "Clinic IT: add a key for one of these to ehr.sign_in.key_files (`ktc-kiosk ehr keys new` makes one for ES384 and \
             one for RS384) and register it with the EHR"
        }
        SignInError::Key(_) => "Clinic IT: make new keys with `ktc-kiosk ehr keys new` and register them",
        SignInError::Refused { error: TokenError::InvalidScope, .. } => {
            "EHR's administrators: grant these scopes to this client. Clinic IT: or spell ehr.sign_in.scopes as the EHR does"
        }
        SignInError::Refused { .. } => {
            "EHR's administrators: is ehr.sign_in.client_id registered, for client_credentials, with the keys that `ktc-kiosk \
             ehr keys jwks` prints?"
        }
        SignInError::Clock(_) => "Clinic IT: set the clock, and let the computer keep it by a time server",
    }
}
