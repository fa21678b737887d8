//! Which names are of one vaccine: what portals, cards and clinics write, beside codes that are right and others.

use super::*;
use crate::fhir::systems;
use crate::text::code_displays;

fn of(code: &str) -> &'static str {
    code_displays::display(systems::CVX, code).expect("a code that we know")
}

/// Words of portals, cards and clinics, each with a code that is right.
const RIGHT: &[(&str, &str)] = &[
    ("Flu shot", "150"),
    ("Influenza vaccine", "88"),
    ("Fluzone High-Dose", "135"),
    ("FluMist", "149"),
    ("Vacuna contra la gripe", "140"),
    ("Flu vaccine (Fluarix Quad)", "150"),
    ("COVID-19 vaccine", "213"),
    ("Pfizer-BioNTech COVID-19", "208"),
    ("Moderna", "207"),
    ("Pfizer", "208"),
    ("SARS-CoV-2 mRNA vaccine", "208"),
    ("COVID-19 (Comirnaty)", "309"),
    ("J&J Janssen COVID-19", "212"),
    ("Tdap", "115"),
    ("Boostrix", "115"),
    ("Tetanus shot", "115"),
    ("Tetanus, diphtheria, pertussis", "115"),
    ("Td (adult)", "09"),
    ("Tenivac", "113"),
    ("DTaP", "20"),
    ("Pediarix", "110"),
    ("Pentacel", "120"),
    ("Kinrix", "130"),
    ("Vaxelis", "146"),
    ("Diphtheria", "20"),
    ("MMR", "03"),
    ("Measles, mumps and rubella", "03"),
    ("ProQuad", "94"),
    ("MMRV", "94"),
    ("Varicella", "21"),
    ("Chickenpox vaccine", "21"),
    ("Varivax", "21"),
    ("Shingrix", "187"),
    ("Shingles", "187"),
    ("Zoster vaccine", "188"),
    ("Zostavax", "121"),
    ("Varicella-zoster vaccine, recombinant (Shingrix)", "187"),
    ("Hep B", "08"),
    ("Hepatitis B vaccine", "45"),
    ("Engerix-B", "43"),
    ("Heplisav-B", "189"),
    ("Hepatitis A", "83"),
    ("Havrix", "52"),
    ("Twinrix", "104"),
    ("Hepatitis A and B", "104"),
    ("Hib", "48"),
    ("Haemophilus influenzae type b", "49"),
    ("Polio", "10"),
    ("IPV", "10"),
    ("Inactivated poliovirus vaccine", "10"),
    ("Prevnar 13", "133"),
    ("Prevnar 20", "216"),
    ("Pneumococcal vaccine", "109"),
    ("Pneumovax 23", "33"),
    ("PPSV23", "33"),
    ("PCV15", "215"),
    ("Meningococcal", "114"),
    ("Menactra", "114"),
    ("MenQuadfi", "203"),
    ("Meningitis vaccine", "147"),
    ("Bexsero", "163"),
    ("Gardasil 9", "165"),
    ("HPV", "62"),
    ("Human papillomavirus", "137"),
    ("Rotavirus", "116"),
    ("RotaTeq", "116"),
    ("RSV vaccine", "305"),
    ("Abrysvo", "305"),
    ("Arexvy", "303"),
    ("Beyfortus", "306"),
    ("Typhoid", "101"),
    ("Yellow fever", "37"),
    ("Rabies", "175"),
    ("Japanese encephalitis (Ixiaro)", "134"),
    ("Jynneos", "206"),
    ("Mpox vaccine", "206"),
    ("BCG", "19"),
    ("PPD skin test", "96"),
    ("Rho(D) immune globulin", "156"),
    ("HBIG", "30"),
    ("Vaccine", "208"),
    ("Booster dose", "208"),
    ("Triple viral", "03"),
    ("Rubéola", "06"),
    ("Vacuna contra la hepatitis B", "45"),
    ("Antitetánica", "35"),
    ("M-M-R II", "03"),
    ("MCV4", "114"),
    ("DTaP/IPV/Hib/HepB", "146"),
    ("Herpes zoster (RZV)", "187"),
];

/// Words with a code of something else.
const WRONG: &[(&str, &str)] = &[
    ("Tdap", "208"),
    ("Tdap", "20"),
    ("DTaP", "115"),
    ("Td", "115"),
    ("MMR", "208"),
    ("MMR", "21"),
    ("Flu shot", "208"),
    ("Influenza", "49"),
    ("Haemophilus influenzae type b", "88"),
    ("COVID-19 vaccine", "150"),
    ("Hepatitis A", "08"),
    ("Hepatitis B", "83"),
    ("Hepatitis B", "30"),
    ("HBIG", "08"),
    ("Twinrix", "83"),
    ("Shingrix", "21"),
    ("Shingrix", "121"),
    ("Chickenpox", "187"),
    ("Pneumovax 23", "133"),
    ("Prevnar 13", "33"),
    ("Bexsero", "114"),
    ("Menactra", "163"),
    ("Gardasil 9", "48"),
    ("Polio", "20"),
    ("IPV", "02"),
    ("RSV vaccine", "306"),
    ("Beyfortus", "305"),
    ("Rotavirus", "10"),
    ("Yellow fever", "101"),
    ("Rabies", "37"),
    ("Warfarin", "208"),
    ("BCG", "96"),
    ("Jynneos", "21"),
    ("MMRV", "03"),
];

#[test]
fn words_beside_a_right_code_are_no_contradiction_and_beside_another_they_are() {
    let contradicted = |pairs: &'static [(&str, &str)], is: bool| {
        let pairs = pairs.iter().filter(move |(text, code)| names_another_than(text, of(code)) == is);
        pairs.map(|(text, code)| format!("{text} {}", of(code))).collect::<Vec<_>>()
    };
    let (noise, missed) = (contradicted(RIGHT, true), contradicted(WRONG, false));
    println!(
        "{} of {} right pairs are doubted, {} of {} others missed",
        noise.len(),
        RIGHT.len(),
        missed.len(),
        WRONG.len()
    );
    assert!(noise.is_empty() && missed.is_empty(), "{noise:#?} {missed:#?}");
}

#[test]
fn a_code_that_names_more_than_the_words_is_known() {
    assert!(names_more_than(of("104"), "Hepatitis A") && names_more_than(of("94"), "Varicella"));
    assert!(!names_more_than(of("115"), "Tetanus shot") && !names_more_than(of("208"), "Pfizer"));
}

#[test]
fn of_most_codes_it_is_known_what_they_are_against() {
    let codes = (1..600).map(|code| format!("{code:02}"));
    let names: Vec<&str> = codes.filter_map(|code| code_displays::display(systems::CVX, &code)).collect();
    let unknown: Vec<&&str> = names.iter().filter(|name| against(name).is_empty()).collect();
    println!("of {} of {} names of CVX codes it is not known: {unknown:?}", unknown.len(), names.len());
    assert!(names.len() > 250 && unknown.len() * 8 < names.len(), "{unknown:?}");
}

#[test]
fn an_unspecified_code_may_be_any_of_its_kind() {
    for (one, other) in [
        ("08", "45"),
        ("208", "213"),
        ("150", "88"),
        ("10", "89"),
        ("133", "109"),
        ("33", "109"),
        ("116", "122"),
        ("165", "137"),
        ("187", "188"),
        ("83", "85"),
        ("114", "147"),
        ("20", "107"),
        ("115", "107"),
        ("09", "139"),
        ("110", "45"),
        ("48", "17"),
        ("305", "304"),
        ("208", "999"),
        ("94", "03"),
        ("19", "999"),
    ] {
        assert!(may_be_one_vaccine(of(one), of(other)) && may_be_one_vaccine(of(other), of(one)), "{one} {other}");
    }
    for (one, other) in [("208", "88"), ("03", "45"), ("08", "85"), ("114", "164"), ("208", "150"), ("03", "21")] {
        assert!(!may_be_one_vaccine(of(one), of(other)) && !may_be_one_vaccine(of(other), of(one)), "{one} {other}");
    }
}
