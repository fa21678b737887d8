//! The search for a patient's chart.

use super::{EhrClient, EhrError, MAX_ANSWER, SEARCH_DEADLINE};
use crate::fhir::{Bundle, Resource};
use crate::intake::Person;
use crate::letters::folded;
use crate::reconciliation::ChartPatient;

/// More candidates than a person can compare are no help.
const MAX_CANDIDATES: usize = 10;

impl EhrClient {
    /// Charts that may be this person's, by family name and birth date.
    ///
    /// Each result is compared here again: servers ignore parameters that they do not know and would return everybody
    /// (ehr 1.1). Charts that are no longer in use are left out.
    pub async fn search_patients(&self, person: &Person) -> Result<Vec<ChartPatient>, EhrError> {
        let Some(family) = &person.family else { return Ok(Vec::new()) };
        let mut url = self.address(Some("Patient"))?;
        url.query_pairs_mut().append_pair("family", family.reveal());
        if let Some(birth_date) = &person.birth_date {
            url.query_pairs_mut().append_pair("birthdate", birth_date.reveal());
        }
        url.query_pairs_mut().append_pair("_count", &MAX_CANDIDATES.to_string());
        let reply = self.send(self.http.get(url), (SEARCH_DEADLINE, MAX_ANSWER)).await?;
        if reply.status != 200 {
            return Err(EhrError::Status(reply.status));
        }
        let found = Bundle::read(reply.body.reveal()).map_err(|_| EhrError::NotFhir)?;
        let patients = found.entries.into_iter().map(|entry| entry.resource);
        let fitting = patients.filter(|patient| is_in_use(patient) && fits(patient, person));
        Ok(fitting.filter_map(ChartPatient::read).take(MAX_CANDIDATES).collect())
    }
}

fn is_in_use(patient: &Resource) -> bool {
    patient.json().reveal()["active"] != false
}

/// Same family name but for marks and case; birth dates agree as far as both are known.
fn fits(patient: &Resource, person: &Person) -> bool {
    let wanted = person.family.as_ref().map(|family| folded(family.reveal()));
    let named = patient.list("/name").iter().filter_map(|name| name["family"].as_str());
    let same_family = named.into_iter().any(|family| Some(folded(family)) == wanted);
    let same_birth = match (&person.birth_date, patient.text("/birthDate")) {
        (Some(shared), Some(chart)) => chart.starts_with(shared.reveal()) || shared.reveal().starts_with(chart),
        (Some(_), None) => false,
        (None, _) => true,
    };
    same_family && same_birth
}
