//! The recorded network of a vector folder: every address it lists has its answer, every other is unreachable.

use crate::resolve::{Fetch, FetchAnswer, FetchDefect, FetchRequest};
use crate::time::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use url::Url;

/// Why a vector folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what the folder's README says.
    #[error("{path} is not {expected}")]
    Shape {
        /// Which file.
        path: PathBuf,
        /// What it should be.
        expected: &'static str,
    },
}

/// One vector of the folder.
pub struct Vector {
    /// Its id.
    pub id: String,
    /// Whether it is a card; otherwise a link.
    pub is_card: bool,
    /// The whole description.
    pub json: Value,
}

/// A vector folder.
pub struct VectorFolder {
    root: PathBuf,
    /// The clock of the folder.
    pub now: Timestamp,
    /// Its vectors, in the order of the index.
    pub vectors: Vec<Vector>,
}

impl VectorFolder {
    /// Reads the index and every vector.
    pub fn open(root: &Path) -> Result<VectorFolder, FolderError> {
        let path = root.join("index.json");
        let index = read_json(&path)?;
        let shape = |expected| FolderError::Shape { path: path.clone(), expected };
        let now = index["now"].as_str().or_else(|| index["generated"].as_str()).and_then(Timestamp::from_rfc3339);
        let now = now.ok_or_else(|| shape("an index with a time in `now` or `generated`"))?;
        let listed = index["vectors"].as_array().ok_or_else(|| shape("an index with `vectors`"))?;
        let read = |entry: &Value| {
            let id = entry["id"].as_str().ok_or_else(|| shape("an index whose vectors have an `id`"))?.to_owned();
            let file = entry["file"].as_str().map_or_else(|| format!("vectors/{id}.json"), str::to_owned);
            let json = read_json(&root.join(file))?;
            Ok(Vector { id, is_card: entry["kind"] == "card", json })
        };
        let vectors = listed.iter().map(read).collect::<Result<_, FolderError>>()?;
        Ok(VectorFolder { root: root.to_owned(), now, vectors })
    }

    /// The network of one vector.
    pub fn answers(&self, vector: &Vector) -> RecordedAnswers {
        let mut answers = RecordedAnswers { root: self.root.clone(), by_address: BTreeMap::new() };
        answers.add(&vector.json);
        answers
    }

    /// The network of all vectors together.
    pub fn all_answers(&self) -> RecordedAnswers {
        let mut answers = RecordedAnswers { root: self.root.clone(), by_address: BTreeMap::new() };
        self.vectors.iter().for_each(|vector| answers.add(&vector.json));
        answers
    }

    /// A file of the folder.
    pub fn read(&self, file: &str) -> Result<Vec<u8>, FolderError> {
        let path = self.root.join(file);
        std::fs::read(&path).map_err(|source| FolderError::Read { path, source })
    }
}

fn read_json(path: &Path) -> Result<Value, FolderError> {
    let bytes = std::fs::read(path).map_err(|source| FolderError::Read { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes).map_err(|_| FolderError::Shape { path: path.to_owned(), expected: "JSON" })
}

/// Answers by address, without the `recipient` query.
pub struct RecordedAnswers {
    root: PathBuf,
    by_address: BTreeMap<String, (u16, Option<String>)>,
}

impl RecordedAnswers {
    fn add(&mut self, vector: &Value) {
        for (address, answer) in vector["responses"].as_object().into_iter().flatten() {
            let status = answer["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(0);
            let body = answer["bodyFile"].as_str().map(str::to_owned);
            self.by_address.insert(address.clone(), (status, body));
        }
    }
}

impl Fetch for RecordedAnswers {
    fn fetch(&self, request: &FetchRequest) -> Result<FetchAnswer, FetchDefect> {
        let mut address = Url::parse(request.url.reveal()).map_err(|_| FetchDefect::AddressRefused)?;
        if address.scheme() != "https" {
            return Err(FetchDefect::AddressRefused);
        }
        let kept: Vec<(String, String)> =
            address.query_pairs().filter(|(name, _)| name != "recipient").map(|(n, v)| (n.into(), v.into())).collect();
        address.set_query(None);
        if !kept.is_empty() {
            address.query_pairs_mut().extend_pairs(kept);
        }
        let (status, file) = self.by_address.get(address.as_str()).ok_or(FetchDefect::Unreachable)?;
        let body = match file {
            Some(file) => std::fs::read(self.root.join(file)).map_err(|_| FetchDefect::Unreachable)?,
            None => Vec::new(),
        };
        if body.len() > request.purpose.limit() {
            return Err(FetchDefect::TooLarge);
        }
        Ok(FetchAnswer::new(*status, body))
    }
}
