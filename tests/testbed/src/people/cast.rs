//! The four people, as data.

use super::{Coded, Insurance, Measured, Person};

const SNOMED: &str = "http://snomed.info/sct";
const RXNORM: &str = "http://www.nlm.nih.gov/research/umls/rxnorm";
const CVX: &str = "http://hl7.org/fhir/sid/cvx";
const LOINC: &str = "http://loinc.org";

const fn coded(system: &'static str, code: &'static str, display: &'static str) -> Coded {
    Coded { system, code, display }
}

const fn measured(value: &'static str, unit: &'static str) -> Measured {
    Measured { value, unit }
}

/// All four, in the order in which they walk up in the demo.
#[must_use]
pub fn everyone() -> Vec<Person> {
    vec![walter(), chloe(), marisol(), minh_anh()]
}

/// 85 years old, English, on warfarin.
#[must_use]
pub fn walter() -> Person {
    Person {
        key: "walter",
        given: &["Walter", "Eugene"],
        family: "Ostrander",
        birth_date: "1941-03-08",
        gender: "male",
        language: "en-US",
        phone: "+1-555-010-4471",
        address: ["18 Heron Landing", "Lakeside", "WI", "53999"],
        guardian: None,
        condition: coded(SNOMED, "49436004", "Atrial fibrillation"),
        medication: coded(RXNORM, "855332", "Warfarin sodium 5 mg oral tablet"),
        dosage: "One and a half tablets every evening",
        dose: measured("1.50", "{tablet}"),
        allergy: coded(SNOMED, "91936005", "Allergy to penicillin"),
        immunization: (coded(CVX, "187", "Zoster recombinant vaccine"), "2024-05-14"),
        observation: (coded(LOINC, "6301-6", "INR"), measured("2.50", "{INR}")),
        procedure: (coded(SNOMED, "73761001", "Colonoscopy"), "2019-09-03"),
        insurance: Insurance {
            payer: "Northwoods Senior Advantage",
            subscriber_id: "NSA-4410-77120",
            relationship: "self",
            group: "SR-2200",
            plan: "Senior Silver",
            rxbin: "999001",
            rxpcn: "NSAD",
            copay: Some("15.00"),
        },
        story: &[
            "I get short of breath on the stairs since about August.",
            "My daughter sorts my pills on Sundays; please tell her about changes.",
            "I do not hear well on the left side.",
        ],
    }
}

/// Seven years old, French at home, covered by a parent.
#[must_use]
pub fn chloe() -> Person {
    Person {
        key: "chloe",
        given: &["Chloé"],
        family: "Bélanger-Roy",
        birth_date: "2019-06-21",
        gender: "female",
        language: "fr-CA",
        phone: "+1-555-010-2286",
        address: ["402 Birch Row, Apt 3", "Lakeside", "WI", "53999"],
        guardian: Some("Noémie Bélanger"),
        condition: coded(SNOMED, "427679007", "Mild intermittent asthma"),
        medication: coded(RXNORM, "745679", "Albuterol 90 mcg inhaler"),
        dosage: "Two puffs when wheezing, at most every 4 hours",
        dose: measured("2.0", "{puff}"),
        allergy: coded(SNOMED, "91935009", "Allergy to peanuts"),
        immunization: (coded(CVX, "03", "Measles, mumps and rubella vaccine"), "2023-07-11"),
        observation: (coded(LOINC, "29463-7", "Body weight"), measured("22.70", "kg")),
        procedure: (coded(SNOMED, "173422009", "Tonsillectomy"), "2024-11-19"),
        insurance: Insurance {
            payer: "Great Lakes Family Health Plan",
            subscriber_id: "GLF-0083-5521",
            relationship: "child",
            group: "MILL-074",
            plan: "Family Choice",
            rxbin: "999014",
            rxpcn: "GLFRX",
            copay: None,
        },
        story: &["Chloé is afraid of needles. Counting to ten in French helps.", "She wheezes after swimming."],
    }
}

/// 39 years old, Spanish, with a full insurance card.
#[must_use]
pub fn marisol() -> Person {
    Person {
        key: "marisol",
        given: &["Marisol"],
        family: "Quintero Vega",
        birth_date: "1987-11-02",
        gender: "female",
        language: "es-US",
        phone: "+1-555-010-9034",
        address: ["77 Cannery Street", "Port Harlow", "WI", "53998"],
        guardian: None,
        condition: coded(SNOMED, "44054006", "Type 2 diabetes mellitus"),
        medication: coded(RXNORM, "861007", "Metformin 500 mg oral tablet"),
        dosage: "One tablet twice a day with meals",
        dose: measured("1.0", "{tablet}"),
        allergy: coded(SNOMED, "300916003", "Latex allergy"),
        immunization: (coded(CVX, "141", "Seasonal influenza vaccine"), "2026-10-05"),
        observation: (coded(LOINC, "4548-4", "Hemoglobin A1c"), measured("6.80", "%")),
        procedure: (coded(SNOMED, "80146002", "Appendectomy"), "2011-02-26"),
        insurance: Insurance {
            payer: "Harbor Mutual Health",
            subscriber_id: "HMH-7702-1183",
            relationship: "self",
            group: "HARBOR-31",
            plan: "Harbor PPO 1500",
            rxbin: "999027",
            rxpcn: "HMRX",
            copay: Some("30.00"),
        },
        story: &["Quiero revisar mi azúcar y mis pies.", "Prefiero hablar en español."],
    }
}

/// 25 years old, Vietnamese and English, shows a SMART Health Card.
#[must_use]
pub fn minh_anh() -> Person {
    Person {
        key: "minh-anh",
        given: &["Minh", "Anh"],
        family: "Tran",
        birth_date: "2001-08-14",
        gender: "other",
        language: "vi",
        phone: "+1-555-010-6650",
        address: ["5 Quarry Hill", "Lakeside", "WI", "53999"],
        guardian: None,
        condition: coded(SNOMED, "37796009", "Migraine"),
        medication: coded(RXNORM, "197805", "Ibuprofen 400 mg oral tablet"),
        dosage: "One tablet at the first sign of a migraine",
        dose: measured("1.0", "{tablet}"),
        allergy: coded(SNOMED, "300913006", "Shellfish allergy"),
        immunization: (coded(CVX, "115", "Tdap vaccine"), "2025-04-30"),
        observation: (coded(LOINC, "2823-3", "Potassium"), measured("4.10", "mmol/L")),
        procedure: (coded(SNOMED, "54885007", "Extraction of cataract"), "2022-12-08"),
        insurance: Insurance {
            payer: "Tamarack Student Cover",
            subscriber_id: "TSC-2009-4416",
            relationship: "self",
            group: "UNI-LAKE",
            plan: "Student Basic",
            rxbin: "999032",
            rxpcn: "TSRX",
            copay: Some("20.00"),
        },
        story: &["Bright light hurts during an attack. Please dim the room."],
    }
}
