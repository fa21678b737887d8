//! Decisions: context, options, choice. One note a decision, newest last.

#![doc = include_str!("0001-two-cryptography-libraries.md")]
#![doc = include_str!("0002-two-qr-decoders.md")]
#![doc = include_str!("0003-names-of-our-own-instead-of-retries.md")]
#![doc = include_str!("0004-sealed-rows-in-plain-sqlite.md")]
#![doc = include_str!("0005-changed-or-badly-made.md")]
#![doc = include_str!("0006-nothing-is-preselected.md")]
#![doc = include_str!("0007-a-pilot-in-the-real-window.md")]
#![doc = include_str!("0008-what-one-share-may-cost.md")]
#![doc = include_str!("0014-proofs-that-are-not-our-own.md")]
