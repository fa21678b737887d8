# What patients read. Short, kind, sixth-grade words, always the next step.

language-name = English

step-show = Show your code
step-share = Choose to share
step-desk = See the front desk

start-over = Start over
not-me = This is not me
not-me-title = The screen is empty again
not-me-lead = Nothing was shared. Please ask the staff.
not-me-stopped = Nothing more is sent. Please tell the staff now: they can undo what was filed.
not-me-stopping = One moment: it is being stopped. Please tell the staff now.
not-me-filed = It was filed already. Please tell the staff now: they can undo it.
not-me-not-stopped = It could not be stopped. Please tell the staff at once.
not-me-kept = The staff keep what was shared; nothing was sent. Please tell them.
button-done = Done
still-there = Are you still there? This screen starts over in { $count ->
    [one] 1 second
   *[other] { $count } seconds
}.

welcome-title = Welcome
welcome-lead = Check in with the health code on your phone, or on paper.
welcome-start = Start check-in
welcome-help = No code? The front desk will help you.
welcome-staff = Staff: check-ins

show-code-title = Show your code
show-code-lead = Hold your phone or paper up to the camera.
show-code-looking = Looking for your code
show-code-starting = The camera is starting
show-code-closer = Move closer until the code fills the frame.
show-code-bright = Make your screen brighter.
show-code-steady = Hold still for a moment.
show-code-parts = Part { $seen } of { $total } is read. Please show the next part.
other-code-web-page = That code opens a web page. Please show the code from your health app.
other-code-wifi = That code is for Wi-Fi. Please show the code from your health app.
other-code-contact = That code is a contact card. Please show the code from your health app.
other-code-mail = That code writes an e-mail. Please show the code from your health app.
other-code-phone = That code is a phone number. Please show the code from your health app.
other-code-message = That code sends a text message. Please show the code from your health app.
other-code-place = That code is a place on a map. Please show the code from your health app.
other-code-appointment = That code is an entry for a calendar. Please show the code from your health app.
other-code-sign-in = That code is for signing in somewhere. Keep it private, and show the code from your health app.
other-code-identity = That code asks for an ID from a wallet. Please show the code from your health app.
other-code-payment = That code is a payment. Nothing was paid. Please show the code from your health app.
other-code-boarding-pass = That code is a boarding pass. Please show the code from your health app.
other-code-driving-licence = That code is from a driver's license. Please show the code from your health app.
other-code-european-certificate = That is a European health certificate, which we cannot read. Please show the code from your health app.
other-code-product = That code is from a product. Please show the code from your health app.
other-code-health-records = Those are health records without a link to them. Please share them from your health app as a code.
other-code-unknown = That is a different kind of code. Please show the code from your health app.
show-code-two = We see two codes. Please show only one.
show-code-no-camera = The camera is not working. Please go to the front desk.

passcode-title = This code needs a passcode
passcode-lead = It is in your health app, or came with the code.
passcode-empty = Passcode
passcode-typed = { $count ->
    [0] Nothing typed yet
    [one] 1 letter or digit typed
   *[other] { $count } letters or digits typed
}
passcode-show = Show
passcode-hide = Hide
passcode-open = Open my records
passcode-help = You do not know it? The front desk will help you.
passcode-wrong = That was not right. Please try again.
passcode-wrong-left = { $count ->
    [one] That was not right. The sender says 1 try is left.
   *[other] That was not right. The sender says { $count } tries are left.
}
passcode-code-seen = That was a code, not a passcode. Please type the passcode.
passcode-checking = Opening what you shared

keys-digits = 123
keys-letters = abc
keys-small = abc small
keys-capitals = ABC
keys-signs = #+?
keys-space = Space
keys-erase = Erase

resolving-title-link = Reading what you shared
resolving-title-card = Reading your card
resolving-lead = This takes a few seconds. You can put your phone away.

sharing-title = Share your records?
sharing-lead = We found these records in your code. Only the care team at { $clinic } will see them.
sharing-people = { $count ->
    [one] These are records of one person.
   *[other] These are records of { $count } people. The front desk opens only yours.
}
sharing-records = { $count ->
    [one] 1 record
   *[other] { $count } records
}
sharing-refused = { $count ->
    [one] 1 file could not be used. The front desk can tell you why.
   *[other] { $count } files could not be used. The front desk can tell you why.
}
sharing-promise = If you choose not to share, this kiosk forgets everything right away.
sharing-agree = Share with { $clinic }
sharing-decline = Do not share

sign-in-title = Thank you! Please go to the front desk.
sign-in-lead = A staff member will look at your records with you and finish your check-in.
sign-in-queue-title = Staff sign-in
sign-in-queue-lead = Enter your PIN to see which check-ins wait.

keeping-title = Keeping the check-in
keeping-lead = It is kept here until its chart is chosen.
filing-title = Saving your check-in
filing-lead = Please wait a moment.
filing-stored = Your check-in is saved. We are sending it to your chart.

complete-title-accepted = You are checked in
complete-title-queued = You are checked in
complete-title-needs-person = Please see the front desk
complete-next-accepted = Please take a seat. We will call your number.
complete-next-queued = Please take a seat. We will call your number. Your records are safe here and will reach your chart soon.
complete-next-needs-person = Your records are safe here. A staff member needs to look at something with you.
complete-number = Your number
complete-items = { $count ->
    [one] 1 item for your chart
   *[other] { $count } items for your chart
}
complete-print-again = Print again
complete-printer-failing = The printer has a problem. Please remember your number.

declined-title = Nothing was shared
declined-lead = This kiosk forgot everything that was in your code. The front desk can still check you in.

trouble-try-again = Try again
trouble-for-staff = For staff
trouble-who = Who must act: { $actor }
trouble-code = Code: { $code }
