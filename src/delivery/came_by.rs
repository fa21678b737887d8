//! Which check-in a record came by.

use crate::filing::SubmissionId;
use crate::filing::systems::CHECK_IN;
use serde_json::Value;

/// Whether its tag says that this check-in filed it.
pub(super) fn came_by(record: &Value, submission: &SubmissionId) -> bool {
    let mut tags = record["meta"]["tag"].as_array().into_iter().flatten();
    tags.any(|tag| tag["system"] == CHECK_IN && tag["code"] == submission.as_str())
}
