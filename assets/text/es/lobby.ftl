# Lo que leen los pacientes. Frases cortas y amables, siempre con el paso siguiente.

language-name = Español

step-show = Muestre su código
step-share = Decida si comparte
step-desk = Pase a recepción

not-me = No soy yo
not-me-title = La pantalla está vacía otra vez
not-me-lead = No se compartió nada. Por favor, pregunte al personal.
not-me-stopped = No se envía nada más. Por favor, avise ahora al personal: puede deshacer lo que se registró.
not-me-stopping = Un momento: se está deteniendo. Por favor, avise ahora al personal.
not-me-filed = Ya se registró. Por favor, avise ahora al personal: puede deshacerlo.
not-me-not-stopped = No se pudo detener. Por favor, avise al personal de inmediato.
not-me-kept = El personal guarda lo que se compartió; no se envió nada. Por favor, avísele.
start-over = Empezar de nuevo
button-done = Listo
still-there = ¿Sigue ahí? Esta pantalla vuelve al inicio en { $count ->
    [one] 1 segundo
   *[other] { $count } segundos
}.

welcome-title = Bienvenidos
welcome-lead = Regístrese con el código de salud de su teléfono o en papel.
welcome-start = Comenzar el registro
welcome-help = ¿No tiene código? En recepción le ayudan.
welcome-staff = Personal: registros

show-code-title = Muestre su código
show-code-lead = Ponga su teléfono o su papel frente a la cámara.
show-code-looking = Buscando su código
show-code-starting = La cámara se está encendiendo
show-code-closer = Acérquelo hasta que el código llene el marco.
show-code-bright = Suba el brillo de su pantalla.
show-code-steady = Manténgalo quieto un momento.
show-code-parts = Parte { $seen } de { $total } leída. Muestre la parte siguiente.
other-code-web-page = Ese código abre una página web. Muestre el código de su aplicación de salud.
other-code-wifi = Ese código es de una red wifi. Muestre el código de su aplicación de salud.
other-code-contact = Ese código es una tarjeta de contacto. Muestre el código de su aplicación de salud.
other-code-mail = Ese código escribe un correo. Muestre el código de su aplicación de salud.
other-code-phone = Ese código es un número de teléfono. Muestre el código de su aplicación de salud.
other-code-message = Ese código envía un mensaje. Muestre el código de su aplicación de salud.
other-code-place = Ese código es un lugar en un mapa. Muestre el código de su aplicación de salud.
other-code-appointment = Ese código es una cita para un calendario. Muestre el código de su aplicación de salud.
other-code-sign-in = Ese código sirve para iniciar sesión. No lo enseñe; muestre el código de su aplicación de salud.
other-code-identity = Ese código pide un documento de identidad digital. Muestre el código de su aplicación de salud.
other-code-payment = Ese código es un pago. No se ha pagado nada. Muestre el código de su aplicación de salud.
other-code-boarding-pass = Ese código es una tarjeta de embarque. Muestre el código de su aplicación de salud.
other-code-driving-licence = Ese código es de una licencia de conducir. Muestre el código de su aplicación de salud.
other-code-european-certificate = Ese es un certificado sanitario europeo y aquí no se puede leer. Muestre el código de su aplicación de salud.
other-code-product = Ese código es de un producto. Muestre el código de su aplicación de salud.
other-code-health-records = Esos son datos de salud sin un enlace. Compártalos desde su aplicación de salud con un código.
other-code-unknown = Ese es otro tipo de código. Muestre el código de su aplicación de salud.
show-code-two = Vemos dos códigos. Por favor, muestre solo uno.
show-code-no-camera = La cámara no funciona. Por favor, pase a recepción.

passcode-title = Este código necesita una clave
passcode-lead = Está en su aplicación o llegó con el código.
passcode-empty = Clave
passcode-typed = { $count ->
    [0] Aún no hay nada escrito
    [one] 1 letra o cifra escrita
   *[other] { $count } letras o cifras escritas
}
passcode-show = Mostrar
passcode-hide = Ocultar
passcode-open = Abrir mis datos
passcode-help = ¿No la sabe? En recepción le ayudarán.
passcode-wrong = No es correcta. Inténtelo de nuevo.
passcode-wrong-left = { $count ->
    [one] No es correcta. Según quien lo envía, queda 1 intento.
   *[other] No es correcta. Según quien lo envía, quedan { $count } intentos.
}
passcode-code-seen = Eso era un código, no una clave. Escriba la clave, por favor.
passcode-checking = Abriendo lo que compartió

keys-digits = 123
keys-letters = abc
keys-small = abc minúsculas
keys-capitals = ABC
keys-signs = #+?
keys-space = Espacio
keys-erase = Borrar

resolving-title-link = Leyendo lo que compartió
resolving-title-card = Leyendo su tarjeta
resolving-lead = Tarda unos segundos. Ya puede guardar su teléfono.

sharing-title = ¿Quiere compartir sus datos?
sharing-lead = Su código contiene estos datos. Solo el equipo de { $clinic } los verá.
sharing-people = { $count ->
    [one] Son datos de una persona.
   *[other] Son datos de { $count } personas. Recepción abre solo los suyos.
}
sharing-records = { $count ->
    [one] 1 registro
   *[other] { $count } registros
}
sharing-refused = { $count ->
    [one] 1 archivo no se pudo usar. En recepción le explican por qué.
   *[other] { $count } archivos no se pudieron usar. En recepción le explican por qué.
}
sharing-promise = Si decide no compartir, este quiosco olvida todo de inmediato.
sharing-agree = Compartir con { $clinic }
sharing-decline = No compartir

sign-in-title = ¡Gracias! Por favor, pase a recepción.
sign-in-lead = Una persona del equipo revisará sus datos con usted y terminará su registro.
sign-in-queue-title = Acceso del personal
sign-in-queue-lead = Escriba su PIN para ver los registros en espera.

keeping-title = Guardando el registro
keeping-lead = Se guarda aquí hasta que se elija su expediente.
filing-title = Guardando su registro
filing-lead = Espere un momento, por favor.
filing-stored = Su registro está guardado. Lo estamos enviando a su expediente.

complete-title-accepted = Su registro está completo
complete-title-queued = Su registro está completo
complete-title-needs-person = Por favor, pase a recepción
complete-next-accepted = Tome asiento, por favor. Le llamaremos por su número.
complete-next-queued = Tome asiento, por favor. Le llamaremos por su número. Sus datos están seguros aquí y pronto llegarán a su expediente.
complete-next-needs-person = Sus datos están seguros aquí. Una persona del equipo debe revisar algo con usted.
complete-number = Su número
complete-items = { $count ->
    [one] 1 dato para su expediente
   *[other] { $count } datos para su expediente
}
complete-print-again = Imprimir otra vez
complete-printer-failing = La impresora tiene un problema. Por favor, recuerde su número.

declined-title = No se compartió nada
declined-lead = Este quiosco olvidó todo lo que había en su código. En recepción todavía pueden registrarle.

trouble-try-again = Intentar de nuevo
trouble-for-staff = Para el personal
trouble-who = Quién debe actuar: { $actor }
trouble-code = Código: { $code }
