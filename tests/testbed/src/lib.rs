//! What stands around a kiosk, on loopback, for tests and for the demo.
//!
//! The testbed never uses `ktc-kiosk`: it is the independent peer that makes what the kiosk must read and reads back what
//! the kiosk has filed. Every person in it is invented.
//!
//! | module | stands in for |
//! | --- | --- |
//! | [`people`] | four patients and what their phones share |
//! | [`share`] | the sharing app: SMART Health Links and encrypted files |
//! | [`manifest`] | the server behind a link with a manifest: passcodes, one-time locations |
//! | [`insurance_card`] | pictures of both sides of an insurance card |
//! | [`card`] | an issuer of SMART Health Cards |
//! | [`picture`] | what the camera sees |
//! | [`painting`] | the graphics card, and somebody who compares two pictures |
//! | [`ca`], [`https`] | the web hosts that serve shares and keys, well behaved or not |
//! | [`trap`] | a host on the clinic's own network that nobody may reach |
//! | [`fhir_server`] | the EHR: a real FHIR server in a child process |
//! | [`disk`] | the disk under the database, remembered write by write, or full |
//! | [`oauth_server`] | the EHR's authorization server, in a child process, and a gate in front of the FHIR server |
//! | [`medplum`], [`helios`] | two more EHRs, each with its own ways |
//! | [`process`] | how such a server is started, asked and ended |
//! | [`fault_proxy`] | the network in front of the EHR, failing on order |

pub mod ca;
pub mod card;
pub mod disk;
pub mod fault_proxy;
pub mod fhir_server;
pub mod helios;
pub mod https;
pub mod insurance_card;
pub mod manifest;
pub mod medplum;
pub mod oauth_server;
pub mod painting;
pub mod pdf;
pub mod people;
pub mod picture;
pub mod process;
pub mod share;
pub mod trap;
pub mod vectors;
pub mod wire;
