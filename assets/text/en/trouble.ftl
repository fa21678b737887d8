# What is in the way: for the patient what to do, for staff who must act.

trouble-link-unreadable-title = We could not read this code
trouble-link-unreadable-patient = Open the code again in your health app and show it once more.
trouble-link-unreadable-staff = The code is cut short or damaged. The patient shows it again; if that fails, check them in by hand.

trouble-link-malformed-title = Your health app made this code wrongly
trouble-link-malformed-patient = Please go to the front desk. They will check you in.
trouble-link-malformed-staff = The code is complete, but a part of it is not as the standard asks. A new code from the same app will not help: its makers must correct it. Check the patient in by hand.

trouble-scanner-layout-title = Our scanner is set up wrongly
trouble-scanner-layout-patient = Please go to the front desk. Your code is fine.
trouble-scanner-layout-staff = The hand scanner types for another keyboard layout than this computer's, or Caps Lock is on. Turn Caps Lock off and scan again; if that fails, clinic IT sets the scanner's keyboard layout. Until then use the camera, or check the patient in by hand.

trouble-link-expired-title = This code is too old
trouble-link-expired-patient = Make a new code in your health app, then try again.
trouble-link-expired-staff = The code says its time is over. The patient makes a new one in the app.

trouble-link-gone-title = This code has been used up
trouble-link-gone-patient = Make a new code in your health app, then try again.
trouble-link-gone-staff = The server no longer has this share: used up, taken back or over. The patient makes a new code.

trouble-link-too-new-title = This code is newer than this kiosk
trouble-link-too-new-patient = Please go to the front desk. They will check you in.
trouble-link-too-new-staff = The code uses a later version of the standard. Check the patient in by hand; clinic IT updates the kiosk.

trouble-link-locked-title = This code is locked
trouble-link-locked-patient = Make a new code in your health app, then try again.
trouble-link-locked-staff = The passcode was wrong too often, and the sender locked the code for good. The patient makes a new one.

trouble-passcode-wrong-title = That passcode did not work
trouble-passcode-wrong-patient = Please go to the front desk. They will help you.
trouble-passcode-wrong-staff = The passcode was wrong three times, and each wrong try counts against the code for good. The patient looks the passcode up or makes a new code; or check them in by hand.

trouble-link-busy-title = Your health app asks us to wait
trouble-link-busy-patient = Wait a minute, then try again. Or go to the front desk.
trouble-link-busy-staff = The server of the patient's app asks to wait. Try again in a minute, or check the patient in by hand.

trouble-link-withdrawn-title = These records were taken back
trouble-link-withdrawn-patient = Make a new code in your health app, then try again.
trouble-link-withdrawn-staff = The sender says that these files are no longer valid. The patient makes a new code.

trouble-link-needs-passcode-title = This code needs a passcode
trouble-link-needs-passcode-patient = Show the code again and type its passcode.
trouble-link-needs-passcode-staff = The code asks for a passcode and none was given. The patient shows it once more.

trouble-nothing-to-read-title = There are no health records in this code
trouble-nothing-to-read-patient = Please go to the front desk. They will check you in.
trouble-nothing-to-read-staff = The code opened and holds neither health records nor cards. Check the patient in by hand.

trouble-document-not-shown-title = This document cannot be shown
trouble-document-not-shown-patient = Please go to the front desk. They will check you in.
trouble-document-not-shown-staff = The document is damaged, locked, too large or of another kind. It can still be filed as it came.

trouble-address-refused-title = This code is not safe to open
trouble-address-refused-patient = Please go to the front desk. They will check you in.
trouble-address-refused-staff = The code leads to an address that the kiosk never opens. The makers of the app must correct it; check the patient in by hand.

trouble-share-server-down-title = Your health app did not answer
trouble-share-server-down-patient = Wait a moment, then try again. Or go to the front desk.
trouble-share-server-down-staff = The server of the patient's app does not answer properly. Try once more, then check the patient in by hand.

trouble-share-server-refuses-title = Your health app did not let us read this code
trouble-share-server-refuses-patient = Please go to the front desk. They will check you in.
trouble-share-server-refuses-staff = The server of the patient's app answers, but asks for something that the code does not bring, or refuses what the standard asks for. Trying again will not help; its makers must act. Check the patient in by hand.

trouble-share-too-large-title = There is too much in this code
trouble-share-too-large-patient = Share fewer records in your health app, or go to the front desk.
trouble-share-too-large-staff = The share exceeds a size limit. The makers of the app must send less; check the patient in by hand.

trouble-file-tampered-title = These records were changed or damaged
trouble-file-tampered-patient = Make a new code in your health app, then try again.
trouble-file-tampered-staff = A file does not open with the key in the code: damaged or changed on the way. Nothing of it is used. If a new code fails too, the makers of the app must act.

trouble-content-unreadable-title = We could not find health records
trouble-content-unreadable-patient = Please go to the front desk. They will check you in.
trouble-content-unreadable-staff = The file opened, but it holds no health records that can be read. The makers of the app must correct it; check the patient in by hand.

trouble-no-person-title = These records have no name
trouble-no-person-patient = Please go to the front desk. They will check you in.
trouble-no-person-staff = The share holds no record and does not say who it is about. The makers of the app must correct it; check the patient in by hand.

trouble-several-people-title = These records are about more than one person
trouble-several-people-patient = Please go to the front desk. They will check you in.
trouble-several-people-staff = The share does not tell these people apart, so nothing of it is shown. Check the patient in by hand.

trouble-card-unreadable-title = We could not read this card
trouble-card-unreadable-patient = Hold the card flat and still, and try again.
trouble-card-unreadable-staff = The card's code is incomplete or damaged. Try a clean copy, or check the patient in by hand.

trouble-card-not-genuine-title = We could not confirm this card
trouble-card-not-genuine-patient = Please go to the front desk. They will help you.
trouble-card-not-genuine-staff = The signature does not match the issuer named on the card. Do not use it; the front desk asks for another proof.

trouble-issuer-unknown-key-title = We could not confirm this card
trouble-issuer-unknown-key-patient = Please go to the front desk. They will help you.
trouble-issuer-unknown-key-staff = The issuer does not publish the key that signed this card, or not properly. Do not use it; the front desk asks for another proof.

trouble-revocation-unknown-title = This card could not be checked
trouble-revocation-unknown-patient = Wait a moment, then try again. Or go to the front desk.
trouble-revocation-unknown-staff = The issuer's list of cards taken back cannot be had now. Try once more, then check the patient in by hand.

trouble-card-expired-title = This card is too old
trouble-card-expired-patient = Ask whoever gave you the card for a new one. The front desk can still check you in.
trouble-card-expired-staff = The card's time is over. The patient asks the issuer for a new card; check the patient in by hand today.

trouble-card-not-yet-valid-title = This card does not count yet
trouble-card-not-yet-valid-patient = Please go to the front desk. They will check you in.
trouble-card-not-yet-valid-staff = The card's time has not begun. The patient asks the issuer; check that the clock of this kiosk is right.

trouble-card-revoked-title = This card was taken back
trouble-card-revoked-patient = Please go to the front desk. They will help you.
trouble-card-revoked-staff = The issuer took this card back. Do not use it; the front desk asks for another proof.

trouble-not-stored-title = Your check-in was not saved
trouble-not-stored-patient = Please go to the front desk. They will check you in.
trouble-not-stored-staff = The check-in could not be written to disk and nothing was filed. Clinic IT must check this kiosk's disk; check the patient in by hand.

trouble-audit-not-written-title = This kiosk has to pause
trouble-audit-not-written-patient = Please go to the front desk. They will check you in.
trouble-audit-not-written-staff = The audit log could not be written, so nothing was done. Clinic IT must act before this kiosk is used again.

trouble-timed-out-title = That took too long
trouble-timed-out-patient = Please try again. Or go to the front desk.
trouble-timed-out-staff = Reading the share took too long. Try once more, then check the patient in by hand.

trouble-reader-failed-title = Something went wrong in this kiosk
trouble-reader-failed-patient = Please try again. Or go to the front desk.
trouble-reader-failed-staff = The reading part of the program failed and was restarted. If it happens again, clinic IT must act.
