//! What is wrong with a configuration, before it is known which file it stands in.

pub(super) enum Problem {
    /// Not TOML, or a key that is unknown, missing or of the wrong kind: what and where.
    Shape(String),
    /// A value that breaks this rule.
    Rule(&'static str),
}
