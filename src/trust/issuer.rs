//! An issuer's address (SMART Health Cards, "Determining keys"): https, no trailing slash, compared as exact text.

use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

/// Why text is not an issuer's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum IssuerDefect {
    /// SHC "Determining keys": the address MUST be https.
    #[error("the issuer address is not https")]
    NotHttps,
    /// SHC "Determining keys": the address MUST NOT end in a slash.
    #[error("the issuer address ends in a slash")]
    TrailingSlash,
    /// Not a plain address: unreadable, too long, with user name, query or fragment, or with dot segments.
    #[error("the issuer address is not a plain web address")]
    NotPlain,
}

/// A valid issuer address, exactly as the card spells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IssuerUrl {
    text: String,
    host: String,
}

impl IssuerUrl {
    /// Reads the `iss` claim.
    pub fn parse(text: &str) -> Result<IssuerUrl, IssuerDefect> {
        if !text.starts_with("https://") {
            return Err(IssuerDefect::NotHttps);
        }
        if text.ends_with('/') {
            return Err(IssuerDefect::TrailingSlash);
        }
        let url = Url::parse(text).map_err(|_| IssuerDefect::NotPlain)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        // Normalising must change nothing but the slash of an empty path and the case of the host, which real issuers write
        // in capitals: no dot segments, no user info, no default port, no other letters.
        let (scheme, path) = ("https://".len(), "https://".len() + host.len());
        let same_host = text.get(scheme..path).is_some_and(|said| said.eq_ignore_ascii_case(&host));
        let same_path = text.get(path..) == url.as_str().trim_end_matches('/').get(path..);
        let plain = url.username().is_empty() && url.query().is_none() && url.fragment().is_none();
        if !same_host || !same_path || !plain || text.len() > 512 {
            return Err(IssuerDefect::NotPlain);
        }
        Ok(IssuerUrl { text: text.to_owned(), host })
    }

    /// The address as the card spells it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host, for staff.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Where the issuer publishes its keys.
    pub fn key_set_url(&self) -> String {
        format!("{}/.well-known/jwks.json", self.text)
    }

    /// Where the issuer publishes what it revoked under this key. The kid must already be a checked thumbprint.
    pub fn revocation_url(&self, kid: &str) -> String {
        format!("{}/.well-known/crl/{kid}.json", self.text)
    }
}

impl TryFrom<String> for IssuerUrl {
    type Error = IssuerDefect;

    fn try_from(text: String) -> Result<IssuerUrl, IssuerDefect> {
        IssuerUrl::parse(&text)
    }
}

impl From<IssuerUrl> for String {
    fn from(issuer: IssuerUrl) -> String {
        issuer.text
    }
}

impl fmt::Display for IssuerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_https_addresses_are_issuers() {
        for plain in [
            "https://example.org/issuer",
            "https://example.org",
            "https://example.org:8443/a",
            "https://xn--e1afmkfd.org",
            "https://FHIR.example.org/SHC",
        ] {
            assert!(IssuerUrl::parse(plain).is_ok(), "{plain}");
        }
        for (odd, defect) in [
            ("http://example.org", IssuerDefect::NotHttps),
            ("HTTPS://example.org", IssuerDefect::NotHttps),
            ("//example.org", IssuerDefect::NotHttps),
            ("data:text/plain,https://example.org", IssuerDefect::NotHttps),
            ("", IssuerDefect::NotHttps),
            ("https://example.org/", IssuerDefect::TrailingSlash),
            ("https://example.org/issuer/", IssuerDefect::TrailingSlash),
            ("https:///", IssuerDefect::TrailingSlash),
        ] {
            assert_eq!(IssuerUrl::parse(odd), Err(defect), "{odd}");
        }
    }

    #[test]
    fn an_address_that_reads_like_another_is_refused() {
        for odd in [
            "https://a@example.org",
            "https://a:b@example.org",
            "https://example.org/a/../b",
            "https://example.org/..",
            "https://example.org/%2e%2e/b",
            "https://example.org/./b",
            "https://example.org:443",
            "https://example.org?x",
            "https://example.org#x",
            "https://example.org\\@evil.example",
            "https://example.org/a b",
            " https://example.org",
            "https://example.org\n",
            "https://exаmple.org",
            "https://example．org",
            "https://0x7f.1",
            "https://2130706433",
            "https://exam\u{ad}ple.org",
            "https://example.org/\u{202e}gro",
            "https://",
        ] {
            assert!(IssuerUrl::parse(odd).is_err(), "{odd}");
        }
        assert_eq!(IssuerUrl::parse(&format!("https://example.org/{}", "a".repeat(512))), Err(IssuerDefect::NotPlain));
    }

    #[test]
    fn an_international_name_is_shown_as_it_is_looked_up() {
        let issuer = IssuerUrl::parse("https://xn--exmple-4nf.org/issuer").expect("an issuer");
        assert_eq!(issuer.host(), "xn--exmple-4nf.org");
    }
}
