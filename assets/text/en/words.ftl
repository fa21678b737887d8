# Words for what the program knows by kind.

section-demographics = Personal details
section-insurance = Insurance
section-allergies = Allergies
section-medications = Medicines
section-problems = Health problems
section-immunizations = Vaccinations
section-documents = Documents
section-other = Other records

fact-birth-date = Birth date
fact-gender = Gender
fact-phone = Phone
fact-email = Email
fact-address = Address
fact-payer = Payer
fact-member-id = Member ID
fact-group = Group
fact-plan = Plan
fact-rx-bin = RxBIN
fact-rx-pcn = RxPCN
fact-status = Status
fact-when = When
fact-dosage = Dosage
fact-reaction = Reaction
fact-criticality = Criticality
fact-lot = Lot
fact-rendered-pdf = PDF drawn by the app from records
fact-story-pdf = PDF in the patient's own words
fact-format = Format
fact-size = Size

caution-entered-in-error = The sender marked this as entered in error.
caution-refuted = The sender marked this as refuted or not done.
caution-modified = A modifier changes what this means. Read the whole record first.
caution-of-another = Nothing shows that this record is about this patient. It cannot be filed.
caution-person-unclear = The record does not say clearly whose it is. Check with the patient.
caution-incomplete = Required parts are missing, so the EHR would refuse it. It cannot be filed.

viewable-document = Document
viewable-card-front = Front of the card
viewable-card-back = Back of the card
viewable-logo = Logo
viewable-picture = Picture

assurance-signed-listed = Signed by { $name }, on the list of { $date }
assurance-signed-unlisted = Signed by { $host }, which is not on the list
assurance-signed-not-checked = Signature of { $host } could not be checked
assurance-patient-provided = Shared by the patient, not signed

actor-patient = the patient
actor-sending-app = the makers of the sending app
actor-front-desk = the front desk
actor-clinic-it = clinic IT

finding-flag-is-not-u = The link's flag is not exactly U.
finding-no-expiry = The link has no end date.
finding-expired = The link's end date is over.
finding-expiry-is-text = The link's end date is text instead of a number.
finding-expiry-in-millis = The link's end date is in milliseconds instead of seconds.
finding-not-a-collection = The bundle is not a collection.
finding-no-timestamp = The bundle does not say when it was made.
finding-no-patient = The bundle holds no patient.
finding-several-patients = The bundle holds more than one patient.
finding-patient-alone = The bundle holds nothing beside the patient.
finding-unreadable-entry = An entry of the bundle holds no record.
finding-claims-profile = The bundle claims a profile, which it should not.
finding-document-not-current = A document is not marked as current.
finding-document-without-pdf = A document holds no PDF.
finding-document-type-unknown = A document is neither of the two PDF kinds.
finding-document-not-patient-shared = A document is not marked as shared by the patient.
finding-document-without-date = A document has no date.
finding-document-of-other = A document is about somebody other than the patient.
finding-document-by-other = A document was not written by the patient.
finding-document-not-labelled = A document lacks the label for patient statements.
