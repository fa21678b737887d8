# What front-desk staff read. Says who must act.

sign-in-staff = Staff sign-in
sign-in-pin = Enter your PIN to review this check-in.
sign-in-digits = { $count ->
    [0] No digit yet
    [one] 1 digit entered
   *[other] { $count } digits entered
}
sign-in-checking = Checking your PIN
sign-in-erase = Erase
pin-wrong = That PIN is not known. Please try again.
pin-busy = The kiosk is still busy and did not look at your PIN. Please enter it again.
pin-locked = Too many wrong PINs. Wait, then try again. Clinic IT can end the wait.

review-title = Review check-in
review-born = Born { $date }
review-staff = Signed in as { $name }
review-close = Close without filing

person-title = { $count ->
    [one] This share is about one person
   *[other] This share is about { $count } people
}
person-lead = Ask who is checking in, then touch that person. Only that person’s records are opened.
person-nameless = No name
person-undated = No birth date
person-claimed = “{ $name }”, as the share claims
people-another = Choose another person of this share
people-left-out = { $count ->
    [one] 1 entry of this share is about somebody else, or does not say about whom. It is not shown here.
   *[other] { $count } entries of this share are about somebody else, or do not say about whom. They are not shown here.
}
people-other-spelling = I asked: “{ $other }” is the same person as “{ $name }”.
people-no-patient = This share describes no patient. I asked: its records are about the patient of the chosen chart.
people-chart-first = Choose a chart first.

chart-title = Whose chart is it?
chart-lead = Touch a chart, then confirm it with the patient.
chart-searching = Searching the EHR
chart-none = The EHR knows nobody who fits.
chart-unavailable = The EHR does not answer, so no chart can be chosen now.
chart-in-part = The EHR answered only in part. A chart that is shown can be chosen; nobody can be opened as new.
chart-none-in-part = The EHR answered only in part, so a chart may be missing here.
chart-no-ehr = Check-ins go into the clinic's folder. Each patient is new there.
chart-search-again = Search again
chart-unverified = A kiosk opened this chart, and nobody has verified it yet. Ask for a document.
chart-keep = Keep, choose the chart later
chart-keep-lead = Nothing is filed yet. Open it under “Waiting” once the EHR answers.
chart-keep-others = Only this person is kept. For each of the others, the code is shown again.
chart-candidate = { $name }, born { $date }
chart-candidate-undated = { $name }, no birth date
chart-born = Born { $date }
chart-no-birth-date = No birth date in the chart
chart-record = Record { $number }
chart-new = New patient
chart-new-lead = Opens a new record from the personal details you tick.

letters-written-out = Some letters cannot be shown here and stand as codes, ‹U+…›. Compare with the phone or the paper.

chart-agrees = Agrees: { $fields }
chart-agrees-by-rule = Agrees: { $fields } (CMS { $version }, rule { $rule })
chart-agrees-besides = The same as well: { $fields }
chart-says = { $field } ({ $how }): { $chart } in the chart
chart-not-counted = Does not count: { $field } ({ $why })
chart-not-counted-says = Does not count: { $field } “{ $text }” ({ $why })
chart-missing = Nothing to compare: { $fields }
chart-other-generation = Another generation: one says Jr or a number, the other says something else
chart-other-twin = A number or a middle name says that this is the twin’s chart
chart-telling = Between the two charts these differ: { $fields }
chart-opinion = The EHR’s own opinion: { $grade }
chart-opinion-score = The EHR’s own opinion: { $grade }, { $score } of 100
chart-opinion-rule = The EHR names CMS { $version }, rule { $rule }: { $fields }
chart-no-grade = no grade

outcome-match = One chart fits.
outcome-match-in-doubt = One chart fits, and something speaks against it.
outcome-escalate = Two charts fit. Ask until one of them is left.
outcome-ambiguous = Three charts or more fit. Ask until one of them is left.
outcome-no-match = No chart is proven. It may be here under an old name, number or date.
outcome-insufficient-fields = What was shared is not enough to tell whose chart it is.
outcome-not-proven = Not proven: the EHR answered only in part, so another chart may fit as well.

grade-certain = certain
grade-probable = probable
grade-possible = possible
grade-certainly-not = certainly another person

match-first = given name
match-middle = middle names
match-last = family name
match-suffix = Jr or Sr
match-birth-date = birth date
match-gender = gender
match-phone = phone
match-email = email
match-street = address
match-zip = ZIP code
match-ssn4 = last four of the Social Security number
match-itin4 = last four of the taxpayer number
match-mbi = Medicare number
match-legal-id = licence or passport
match-member-id = insurance member number
match-subscriber-id = insurance policy number
match-unique-id = record number
match-child-of = whose child it is
match-newborn-of = whose newborn it is
match-guardian = guardian
match-mother = mother
match-birth-encounter = birth encounter
match-differs = differs

near-nickname = a nickname
near-middle-name = as a middle name
near-spelling = one letter off
near-day = one day apart
near-slip = almost the same
near-part = only a part is the same
near-swapped = given and family name change places
near-day-and-month = day and month change places
near-digit = one digit off

not-counted-placeholder = a stopgap
not-counted-fictional = a number for films
not-counted-not-valid = not a whole value of its kind
not-counted-impossible = nobody’s birth date
not-counted-without-zip = without a ZIP code
not-counted-without-authority = without who gave the number

doubt-given-name-differs = The given name is another one: a twin, a relative, or a wrong number?
doubt-given-name-near = The given name is not quite the same: one person or two?
doubt-middle-name = The first name of one is a middle name of the other: does the patient go by it?
doubt-given-name-not-compared = No given name was compared, and twins share the rest.
doubt-birth-date-differs = The birth date is another one.
doubt-generation-one-sided = Only one of them says Jr or Sr, and another chart has the same name.

ask-phone = Ask: What is your phone number, and what was it before?
ask-address = Ask: What is your address with the ZIP code, and where did you live before?
ask-email = Ask: What is your email address?
ask-insurance-card = Ask for the insurance card.
ask-medicare-card = Ask for the Medicare card.
ask-document = Ask for a document with name and birth date.
ask-last-four = Ask: What are the last four digits of your Social Security number?
ask-given-names = Ask: What are all your given names?
ask-birth-date = Ask: When were you born? The month as a word, please.
ask-other-names = Ask: Which other names do you have, or had?
ask-relatives = Ask: Do you have a twin or a relative of that name who comes here?

identity-ask = Ask the patient, then tick what they say. The last tick chooses this chart.
identity-one-of = And one of these:
identity-name = Name: { $text }
identity-birth-date = Birth date: { $text }
identity-other-name = The patient says that “{ $text }” is also their name
identity-phone = Phone: { $text }
identity-address = Address: { $text }
identity-email = Email: { $text }
identity-insurance = Insurance card: { $text }
identity-medicare = Medicare card: { $text }
identity-licence = Licence or passport: { $text }
identity-last-four = Last four digits: { $text }
identity-record-number = Record number: { $text }
identity-document = I saw a document with this name and birth date
identity-explained = The patient explained what differs
identity-only-this-chart = What the patient answers fits this chart and not the other
identity-too-little = This chart says too little to be sure whose it is. Complete it in the EHR first.

beside-confirmed = Confirmed with the patient
beside-another = Choose another chart
beside-verified = I saw a photo ID: mark as verified
beside-verified-lead = A kiosk opened this chart, and nobody has verified it yet.
beside-arrived = Mark as arrived, { $time }
today-asking = Asking the EHR for today’s appointments
today-on-time = On time for { $time }
today-shared-next-step = Several patients share this visit: mark who is here in the EHR.
today-by-hand-next-step = Mark the arrival in the EHR: it takes no such change from the kiosk.
today-on-time-next-step = Mark the patient as arrived.
today-early = Early: { $time }, in { $by }
today-early-next-step = Check in now, and tell the patient how long the wait is.
today-late = Late: { $time }, { $by } ago
today-late-next-step = Check in now, and tell the care team.
today-elsewhere = Other place: the { $time } visit is not here
today-elsewhere-next-step = Show the patient the address. Mark the visit only if they are seen here.
today-away-metres = About { $number } m from here in a straight line
today-away-kilometres = About { $number } km from here in a straight line
today-away-miles = About { $number } miles from here in a straight line
today-unnamed-place = The EHR does not name the place.
today-unknown-place = Place in the EHR: “{ $place }”. Check that it is here.
today-several = { $count } appointments today
today-several-next-step = Ask what the patient is here for, and mark each of those.
today-none = No appointment today
today-none-next-step = Ask what the patient came for. Someone without an appointment can be checked in all the same.
today-next-tomorrow = Next: tomorrow at { $time }
today-next-day = Next: { $day } at { $time }
today-last-yesterday = Last: yesterday at { $time }
today-last-day = Last: { $day } at { $time }
today-arrived = Already checked in for { $time }
today-arrived-next-step = There is nothing to mark.
today-over = Over: the visit at { $time } is done
today-over-next-step = Ask what the patient is here for.
today-no-show = Marked as missed: { $time }
today-no-show-next-step = The patient is here: correct it in the EHR, and tell the care team.
today-cancelled = Cancelled: { $time }
today-not-agreed = Asked for and not agreed: { $time }
today-no-time = no time yet
today-changed-at = Last changed in the EHR at { $time }
today-not-told = The EHR does not say whether there is an appointment today
today-not-told-next-step = Look in its schedule.
today-in-part = The EHR did not tell of every appointment. Look in its schedule for more.
today-old = The EHR did not answer again. This is as of { $time }.
today-changed = An appointment that you marked has changed in the EHR. Look again, and mark it anew.
today-unlisted = { $count ->
    [one] 1 more in the EHR’s schedule
   *[other] { $count } more in the EHR’s schedule
}
today-mark-all-the-same = Seen here all the same: mark as arrived, { $time }
length-minutes = { $minutes } min
length-hours = { $hours } h
length-hours-minutes = { $hours } h { $minutes } min
beside-comparing = Comparing with the chart
beside-seen-elsewhere = This code was used before for another chart. Ask whose records they are before you go on.
beside-not-told = The EHR does not show this chart’s records, so nothing could be compared. Ticked items are filed as new.
beside-open = { $count ->
    [0] Nothing left to decide
    [one] 1 needs a decision
   *[other] { $count } need a decision
}
beside-details = { $count ->
    [one] 1 personal detail differs
   *[other] { $count } personal details differ
}
beside-new = { $count } new
beside-changed = { $count } changed
beside-possibly = { $count } possibly the same
beside-same = { $count } already in the chart
beside-before = { $count } decided before
beside-section-not-told = { $section }: could not be compared
beside-show-open = Show only what needs a decision
beside-show-all = Show everything
beside-only-chart = Only in the chart
beside-only-chart-lead = Stays as it is.

fields-same = Same in the chart: { $fields }
fields-policy = Change the policy in the chart, or tick the card above to file it as a new one.
fields-nothing = nothing
fields-chart = Chart
fields-shared = Shared
fields-by-hand = Typed here
fields-keep = Keep { $field }: { $value }
fields-take = Take { $field }: { $value }
fields-typed = Typed { $field }: { $value }
fields-edit = Edit { $field }
fields-edit-short = Edit
fields-doubted = The chart is known by this. Touch it once more to change: { $field }
field-name = Name
typing-hint = Type the value as it shall stand in the chart.
typing-date = Year, month and day, as 1980-02-03.
typing-no-such-day = The calendar has no such day.
typing-far-year = Nobody was born in that year.
typing-take = Take this value
typing-leave = Leave it

standing-new = New
standing-changed = Changed
standing-possibly = Possibly the same
standing-not-compared = Not compared
standing-same = Already in the chart
standing-held = { $title }: already in the chart
standing-file-anyway = Tick it to file it all the same.
loss-only-in-document = This EHR does not take it as a record: it is filed in a document to read.
loss-partly-in-document = This EHR does not take all of it as a record: the rest is filed in a document to read.
loss-by-hand = This EHR does not take it as a record: it goes into the clinic’s folder, to be entered by hand.
standing-looks-like = The chart has { $title }, which looks or sounds alike: ask which one is meant.
standing-resembles = In the chart: { $title }
standing-differs = { $field }: shared “{ $shared }”, chart “{ $chart }”

before-left-out = Left out before: { $name }, { $day }
before-filed = Taken before by { $name }, { $day }. The chart does not list it now.
before-filed-elsewhere = Taken before, into a document or for others to take over: { $name }, { $day }
before-kept-chart = The chart’s value was kept before: { $name }, { $day }
before-reviewed = Gone through before: { $name }, { $day }
before-again = Decide again
before-again-of = Decide again: { $title }
leave-out = Leave out
leave-out-chosen = Left out
leave-as-it-is = Leave the rest as it is
leave-as-it-is-chosen = The rest stays as it is
leave-out-of = Leave out: { $title }
leave-rest = Leave out the other { $count }

items-title = What the patient shared
items-empty = The share holds no items.
take-all-new = Take all new: { $section }
tick-all = Tick all: { $section }
untick-all = Untick all: { $section }
items-ticked = { $taken } of { $total } ticked
items-unreadable = { $count ->
    [one] 1 entry of the share could not be read.
   *[other] { $count } entries of the share could not be read.
}
document-look = Look at it: { $kind }
document-drawing = Drawing the page
document-page = Page { $page }
document-page-of = Page { $page } of { $pages }
document-previous = Previous page
document-next = Next page
text-beginning = { $shown } … ({ $more } more characters: open the whole text below)
document-larger = Larger
document-smaller = Whole page
document-close = Back to the form

covered-title = This check-in is covered
covered-lead = Nobody touched it for a minute. Nothing is lost. “Go on” asks for no PIN: close the form when you leave the desk.
covered-go-on = Go on

items-resources = { $count ->
    [one] 1 record, kept together in one document
   *[other] { $count } records, kept together in one document
}

verdict-conforms = Kill the Clipboard: follows the draft
verdict-conforms-with-remarks = Kill the Clipboard: follows the rules, with remarks
verdict-differs = Kill the Clipboard: differs from the draft, still readable
verdict-card = Health card, not a Kill the Clipboard share
verdict-show = Show details
verdict-hide = Hide details
verdict-rule = Rule
verdict-remark = Recommendation
sources-title = Where it came from
source-link = Link opened from { $host }
source-card = Card signed at { $host }
sources-more = { $count ->
    [one] and 1 more source
   *[other] and { $count } more sources
}
sources-last-updated = The sender last changed these records on { $date }.
attestation-absent = The sending app did not sign this share. That is allowed.
attestation-verified = The sending app signed this share. That says nothing about its content.
attestation-failed = The sending app's signature does not verify. Treat the app as unknown.
refused-title = { $count ->
    [one] 1 file could not be used
   *[other] { $count } files could not be used
}
refused-more = { $count ->
    [one] 1 more file could not be used for another reason
   *[other] { $count } more files could not be used for other reasons
}

file-nothing = Finish
file-items = { $count ->
    [one] File 1 item
   *[other] File { $count } items
}
undecided-no-patient = Choose a chart first.
undecided-comparing = The chart is being compared. This takes a few seconds.
undecided-no-item = Tick at least one item.
undecided-new-patient = A new patient needs the personal details ticked.
review-open = { $count ->
    [one] 1 still needs a decision. What is not ticked stays out of the chart and is asked about again.
   *[other] { $count } still need a decision. What is not ticked stays out of the chart and is asked about again.
}
review-decided = Ready. Items without a tick stay out of the chart.

status-ready = Ready
status-waiting = { $count ->
    [one] 1 check-in waits to be sent
   *[other] { $count } check-ins wait to be sent
}
status-needs-person = { $count ->
    [one] 1 check-in needs a person
   *[other] { $count } check-ins need a person
}
status-kept = { $count ->
    [one] 1 check-in waits for its chart
   *[other] { $count } check-ins wait for their chart
}
status-camera-missing = No camera: clinic IT must act
status-printer-failing = Printer fails: check paper and cable
status-ehr-unreachable = The EHR does not answer: check-ins are kept here
status-ehr-refusing = The EHR refuses this kiosk: clinic IT must act
status-store-damaged = A damaged database was moved aside: clinic IT must act
status-no-list = No issuer list: no signer is known

review-queue = Waiting
queue-title = Check-ins
queue-looking = Looking…
queue-count = { $count ->
    [0] Nothing waits.
    [one] The EHR does not have 1 check-in yet.
   *[other] The EHR does not have { $count } check-ins yet.
}
queue-left-out = { $count ->
    [one] One more waits behind these. It is listed when one of these is done.
   *[other] { $count } more wait behind these. They are listed when these are done.
}
queue-back = Back to the form
queue-close = Close the list
queue-kept-count = { $count ->
    [one] 1 check-in waits for its chart.
   *[other] { $count } check-ins wait for their chart.
}
queue-why-kept = It was kept while the EHR did not answer. Open it and choose the chart.
queue-kept-restored = The kiosk's data was restored from a copy, so this may be filed already. Look in the chart first.
queue-look-again = Nothing was sent: something else is to be looked for by now. Look at it again.
queue-not-stopped = It could not be withdrawn and may still be sent. Tell clinic IT at once.
queue-not-opened = That check-in could not be opened. Another desk may have it; if not, tell clinic IT.
queue-whose = Whose is { $number }?
queue-whose-close = Hide the name of { $number }
queue-name-unknown = The name was not written down.
queue-chart = Chart: { $chart }
queue-place = { $place } (record { $numbers })
queue-chart-new = New patient: filing opens the chart.
queue-chart-not-chosen = No chart is chosen yet.
queue-chart-unknown = The chart is not known.
queue-record-there = { $title }: the EHR has it
queue-record-perhaps = { $title }: the EHR may have it already
queue-record-not-sent = { $title }: not sent yet
queue-looked = I looked in the chart of { $name }.
queue-looked-also = I looked in the chart of { $name } and at { $places }.
queue-looked-new = I looked whether the EHR has a chart of { $name }.
queue-looked-similar = I looked at { $places }. None of it is { $name }’s.
queue-looked-at = I looked at { $places }.
queue-looked-unnamed = I looked in the chart.
queue-open = Open { $number }
queue-open-later = Close the form first, then open it from the welcome screen.
queue-discard = Discard { $number }
queue-discard-ask = Discard it? What the patient shared is deleted, and they must share it again.
queue-discard-sure = Yes, discard { $number }
queue-discard-leave = No, keep { $number }
queue-nobody = Nobody must act: it is sent by itself.
queue-send-again = Send { $number } again
queue-why-turn = It waits for its turn.
queue-why-behind = An earlier check-in of this patient waits for you; this one follows it.
queue-why-ehr-away = The EHR did not answer.
queue-why-kiosk-refused = The EHR does not let this kiosk in.
queue-why-content-refused = The EHR does not take what it holds. Once that is mended, send it again.
queue-why-unclear = It is not certain what the EHR has of it. Look in the chart first: if it is missing there, send it again; if it is there, clinic IT closes it.
queue-why-chart-changed = The chart was changed after this was confirmed. Make the change there by hand; clinic IT then closes it.
queue-why-other-ehr = It was confirmed for another EHR than the one this kiosk files in now.
queue-why-changed = It is no longer what was confirmed, and is not sent. Check the patient in again and tell clinic IT.
queue-why-not-written = The kiosk could not write on its disk, so this was not sent.
queue-why-several = Several records in the EHR carry the name of this check-in. Clinic IT finds out which one counts; then send it again.
queue-why-may-know = The EHR may know this patient already. Look there: if they are new, send it again; if they have a chart, enter it there and clinic IT closes it.
queue-why-other-chart = The EHR has a record of this check-in in another chart. Look in both charts; once it stands where it belongs, send it again or let clinic IT close it.
queue-why-nothing-to-point-at = The EHR does not say where it holds a record that the rest refers to. Once it is in the chart, send this again; or enter the rest by hand, and clinic IT closes it.
queue-why-unknown = This version of the kiosk does not know why it waits. Tell clinic IT.

more-show = More in this record
more-hide = Less of this record
more-none = Everything in this record is shown above.
more-left-out = { $count ->
    [one] 1 further value is in the kept original.
   *[other] { $count } further values are in the kept original.
}

# Wrong person: what was stopped, what was filed and how it is undone.
wrong-person-touch = Wrong person
wrong-person-title = That screen is closed
wrong-person-nothing = Nothing was filed. Begin again with the right patient.
wrong-person-stopped = Nothing more of this check-in is sent. What was filed before can be undone: open it in the list of check-ins.
wrong-person-stopping = It is being stopped…
wrong-person-filed = It was filed already: undo it in the list of check-ins.
wrong-person-not-stopped = It could not be stopped and may still be sent. Tell clinic IT at once, and look in the EHR.
wrong-person-kept = Nothing was filed. The form is kept: find it in the list of check-ins, and discard it there if it is not theirs.
wrong-person-to-list = Go to the check-ins
wrong-person-sign-in = Staff: sign in and look at it
queue-why-not-theirs = Somebody at the kiosk said that this is not their check-in. Ask. If it is theirs, send it again; if not, withdraw it.
queue-why-withdrawn = Staff withdrew it: nothing more of it is sent.
queue-withdraw = Withdraw { $number }
queue-withdraw-ask = Withdraw it? What has not been sent is never sent. What was filed before can be undone afterwards.
queue-withdraw-sure = Yes, withdraw { $number }
queue-withdraw-leave = No, leave { $number }
queue-filed-title = Filed in the last seven days: to look at, and to undo for a wrong person
queue-filed-withdrawn = Withdrawn
queue-filed-open = What was filed of { $number }?
undo-lead = Tick what is to be undone. Each record is read from the EHR before and after.
undo-nothing-filed = Nothing of it was filed.
undo-withdrawn = Withdrawn { $time } by { $who }.
undo-do-mark = Will be marked as entered in error
undo-do-inactive = Will be marked as no longer in use, if nothing else refers to it
undo-do-delete = Will be deleted
undo-do-set-back = { $element }: will be set back to { $value }
undo-do-set-back-nothing = { $element }: will be emptied again
undo-confirm = { $count ->
    [0] Tick what is to be undone
    [one] Undo 1 record
   *[other] Undo { $count } records
}
undo-left = { $count ->
    [0] Nothing is left in the EHR.
    [one] 1 record is left.
   *[other] { $count } records are left.
}
undo-result-marked = Undone: marked as entered in error, read back
undo-result-deleted = Undone: it is gone from the EHR
undo-result-set-back = Undone: set back, read back
undo-result-changed-since = Not undone: somebody changed it since
undo-result-still-referred = Not undone: something else refers to it
undo-result-not-allowed = Not undone: the EHR does not let the kiosk do it
undo-result-refused = Not undone: the EHR does not take it
undo-result-no-version = Not undone: the EHR gives it no version
undo-result-not-kept = Not undone: the EHR said it was done, and it is not
undo-result-in-another-chart = Not undone: it is in another chart now
undo-result-version-unknown = Not undone: the kiosk does not know which version it filed
undo-by-hand-not-offered = Cannot be undone from here: do it in the EHR.
undo-by-hand-changed-since = Somebody changed it since it was filed: look at it in the EHR.
undo-by-hand-of-another = It belongs to another check-in and stays.
undo-by-hand-no-version = The EHR gives it no version: do it in the EHR.
undo-by-hand-version-unknown = The kiosk does not know which version it filed: look at it in the EHR.
undo-by-hand-in-another-chart = It is in another chart now: look at it in the EHR.
undo-by-hand-not-readable = It cannot be read from here: do it in the EHR.
undo-by-hand-in-folder = It is in the clinic’s folder: remove it there.
undo-by-hand-held = It waits at the EHR to be taken over: turn it down there.
undo-by-hand-in-doubt = The EHR may have it: look for it there.
undo-unread = The EHR did not tell how it stands. Close this and open it again.
undo-untitled = Without a name
undo-facts = Facts for a breach notice
undo-facts-asked = Writing the page…
undo-facts-written = The page is in the clinic’s folder: { $name }
undo-facts-failed = The page could not be written. Tell clinic IT.

# The page for the privacy officer. Nothing about anybody’s health.
facts-title = Wrong person: facts for the privacy officer
facts-written = Written { $time }
facts-lead = This page says what this kiosk knows. It contains nothing about anybody’s health.
facts-what-happened = What happened
facts-check-in = Check-in { $number } of { $time } (id { $id })
facts-visit = Visit { $visit }; nothing was confirmed.
facts-visit-confirmed = Visit { $visit }.
facts-see-check-in = The check-in { $id } was confirmed of what it shared: its own page says what was filed.
facts-chart = Filed into the chart { $chart }
facts-chart-meant = Meant for the chart { $chart }
facts-no-chart = Nothing was filed into a chart, as far as this kiosk knows.
facts-nobody-signed-in = nobody signed in
facts-step-confirmed = { $time }: confirmed by { $who }
facts-step-filed = { $time }: the EHR had taken it
facts-step-wrong-person = { $time }: somebody said that it is the wrong person ({ $who }); the screen was cleared
facts-step-held = { $time }: stopped ({ $who })
facts-step-withdrawn = { $time }: withdrawn by { $who }
facts-step-undo = { $time }: undo confirmed by { $who }
facts-who-saw = Who saw what, and for how long
facts-nothing-seen = No screen with data of this visit is in the log.
facts-seen = { $what }: from { $time }, at most { $seconds } seconds, { $who }
facts-seen-share = Kinds and numbers of shared records, in the lobby
facts-seen-people = Names and birth dates of the people of the share
facts-seen-form = The shared records
facts-seen-chart = The chart beside them
facts-seen-check-in = Name, and titles of records
facts-seen-unknown = Something of this person
facts-seen-filed = Titles of the records that were filed
facts-more-seen = { $count ->
    [one] 1 more is in the audit log.
   *[other] { $count } more are in the audit log.
}
facts-what-was-filed = What was filed or changed in the EHR, and what is left
facts-nothing-filed = Nothing was filed.
facts-on-its-page = See the page of the check-in named above.
facts-nothing-yet = Nothing of it was in the EHR when this page was written, as far as this kiosk knows. It waits here.
facts-waits = It was not at its end when this page was written: the EHR may have more of it by now.
facts-undo-waits = An undo was on its way when this page was written.
facts-not-known = What the EHR has of it is not known: the kiosk cannot open its row. Look in the EHR.
facts-count = { $kind }: { $filed } filed or changed, { $undone } undone and read back, { $left } left
facts-perhaps-made = { $count ->
    [one] 1 more record was in the EHR when it answered: the kiosk does not know whether this check-in made it.
   *[other] { $count } more records were in the EHR when it answered: the kiosk does not know whether this check-in made them.
}
facts-in-doubt = { $count ->
    [one] 1 record may be in the EHR and must be looked for there.
   *[other] { $count } records may be in the EHR and must be looked for there.
}
facts-weigh = What is weighed (45 CFR 164.402)
facts-weigh-1 = 164.402(2)(i) Nature and extent: the kinds and numbers above. Names, birth dates and record numbers were part of what was on screen.
facts-weigh-2 = 164.402(2)(ii) Who used it or received it: the staff named above, by their ids. Who else stood at the screen: ______________________________
facts-weigh-3 = 164.402(2)(iii) Whether it was acquired or viewed: what was on screen, and for how long, is above. Whether anybody read, copied or photographed it: ______________________________
facts-weigh-4 = 164.402(2)(iv) How far the risk is mitigated: what is undone and what is left is above. Promises of whoever saw it: ______________________________
facts-notice = What a notice says (45 CFR 164.404)
facts-notice-1 = 164.404(c)(1)(A) What happened, on which day, and on which day it was discovered: above.
facts-notice-2 = 164.404(c)(1)(B) Which kinds of information: above.
facts-notice-3 = 164.404(c)(1)(C) What the person can do to protect themselves: ______________________________
facts-notice-4 = 164.404(c)(1)(D) What the clinic does to investigate, to mitigate and to prevent: the steps above, and ______________________________
facts-notice-5 = 164.404(c)(1)(E) Whom to ask: a free telephone number, an e-mail address, a website or a postal address: ______________________________
