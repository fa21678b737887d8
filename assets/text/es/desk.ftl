# Lo que lee el personal de recepción. Dice quién debe actuar.

sign-in-staff = Acceso del personal
sign-in-pin = Escriba su PIN para revisar este registro.
sign-in-digits = { $count ->
    [0] Ningún dígito todavía
    [one] 1 dígito escrito
   *[other] { $count } dígitos escritos
}
sign-in-checking = Comprobando su PIN
sign-in-erase = Borrar
pin-wrong = Ese PIN no se conoce. Inténtelo de nuevo.
pin-busy = El quiosco está ocupado y no comprobó su PIN. Introdúzcalo otra vez.
pin-locked = Demasiados PIN incorrectos. Espere unos minutos e inténtelo de nuevo.

review-title = Revisar el registro
review-born = Fecha de nacimiento: { $date }
review-staff = Sesión de { $name }
review-close = Cerrar sin archivar

chart-title = ¿De quién es el expediente?
chart-lead = Compare nombre, fecha de nacimiento y número de expediente con el paciente.
chart-searching = Buscando en el EHR
chart-none = El EHR no conoce a nadie que coincida.
chart-unavailable = El EHR no responde. El registro se guarda aquí y se envía cuando responda.
chart-unavailable-closed = El EHR no responde y no se puede elegir expediente. Registre al paciente a mano; si continúa, debe actuar el equipo de informática.
chart-candidate = { $name }, fecha de nacimiento { $date }
chart-candidate-undated = { $name }, sin fecha de nacimiento
chart-born = Fecha de nacimiento: { $date }
chart-no-birth-date = Sin fecha de nacimiento en el expediente
chart-record = Expediente { $number }
chart-same = Los datos compartidos coinciden con este expediente.
chart-differs = { $count ->
    [one] 1 dato es distinto
   *[other] { $count } datos son distintos
}
chart-name-differs = El nombre es otro.
chart-other-name = Este expediente está a otro nombre. ¿Es la misma persona? Entonces elíjalo otra vez.
chart-shared = Compartido
chart-chart = Expediente
chart-new = Paciente nuevo
chart-new-lead = Abre un expediente nuevo con los datos personales que usted marque.

items-title = Lo que compartió el paciente
items-empty = No hay datos en lo compartido.
tick-all = Marcar todo: { $section }
untick-all = Desmarcar todo: { $section }
items-ticked = { $taken } de { $total } marcados
items-unreadable = { $count ->
    [one] 1 entrada de lo compartido no se pudo leer.
   *[other] { $count } entradas de lo compartido no se pudieron leer.
}
document-look = Ver: { $kind }
document-drawing = Preparando la página
document-page = Página { $page }
document-page-of = Página { $page } de { $pages }
document-previous = Página anterior
document-next = Página siguiente
document-larger = Más grande
document-smaller = Página entera
document-close = Volver al formulario

covered-title = Este registro está tapado
covered-lead = Nadie lo tocó durante un minuto. No se ha perdido nada.
covered-go-on = Continuar

items-resources = { $count ->
    [one] 1 registro, reunido en un documento
   *[other] { $count } registros, reunidos en un documento
}

verdict-conforms = Kill the Clipboard: cumple el borrador
verdict-conforms-with-remarks = Kill the Clipboard: cumple las reglas, con observaciones
verdict-differs = Kill the Clipboard: se aparta del borrador, pero se puede leer
verdict-card = Tarjeta de salud, no es un envío Kill the Clipboard
verdict-show = Ver detalles
verdict-hide = Ocultar detalles
verdict-rule = Regla
verdict-remark = Recomendación
sources-title = De dónde viene
source-link = Enlace abierto desde { $host }
source-card = Tarjeta firmada en { $host }
sources-more = { $count ->
    [one] y 1 origen más
   *[other] y { $count } orígenes más
}
sources-last-updated = El remitente cambió estos datos por última vez el { $date }.
attestation-absent = La aplicación que envía no firmó este envío. Está permitido.
attestation-verified = La aplicación que envía firmó este envío. Eso no dice nada de su contenido.
attestation-failed = La firma de la aplicación que envía no es válida. Trate la aplicación como desconocida.
refused-title = { $count ->
    [one] 1 archivo no se pudo usar
   *[other] { $count } archivos no se pudieron usar
}
refused-more = { $count ->
    [one] 1 archivo más no se pudo usar por otro motivo
   *[other] { $count } archivos más no se pudieron usar por otros motivos
}

file-items = { $count ->
    [one] Archivar 1 dato
   *[other] Archivar { $count } datos
}
undecided-no-patient = Elija primero un expediente.
undecided-no-item = Marque al menos un dato.
undecided-new-patient = Para un paciente nuevo, marque los datos personales.
review-decided = Listo. Lo que no está marcado no entra en el expediente.

status-ready = En servicio
status-waiting = { $count ->
    [one] 1 registro espera ser enviado
   *[other] { $count } registros esperan ser enviados
}
status-needs-person = { $count ->
    [one] 1 registro necesita a una persona
   *[other] { $count } registros necesitan a una persona
}
status-camera-missing = Sin cámara: debe actuar el equipo de informática
status-printer-failing = La impresora falla: revise papel y cable
status-ehr-unreachable = El EHR no responde: los registros se guardan aquí
status-ehr-refusing = El EHR no admite este quiosco: debe actuar el equipo de informática
status-store-damaged = Se apartó una base de datos dañada: debe actuar el equipo de informática
status-no-list = Sin lista de emisores: no se conoce a ningún firmante

review-queue = En espera
queue-title = Registros en espera
queue-looking = Buscando…
queue-count = { $count ->
    [0] Nada en espera: el EHR tiene todos los registros.
    [one] El EHR todavía no tiene 1 registro.
   *[other] El EHR todavía no tiene { $count } registros.
}
queue-back = Volver al formulario
queue-nobody = Nadie debe actuar: se envía solo.
queue-send-again = Enviar { $number } de nuevo
queue-why-turn = Espera su turno.
queue-why-ehr-away = El EHR no respondió.
queue-why-kiosk-refused = El EHR no deja entrar a este quiosco.
queue-why-content-refused = El EHR no acepta lo que contiene. Cuando se corrija, envíelo de nuevo.
queue-why-unclear = No es seguro qué tiene el EHR de él. Mire primero el expediente; si falta allí, envíelo de nuevo.
queue-why-changed = Ya no es lo que se confirmó y no se envía. Registre al paciente de nuevo y avise a informática.
