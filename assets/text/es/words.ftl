# Palabras para lo que el programa conoce por su clase.

section-demographics = Datos personales
section-insurance = Seguro médico
section-allergies = Alergias
section-medications = Medicamentos
section-problems = Problemas de salud
section-immunizations = Vacunas
section-documents = Documentos
section-other = Otros registros

fact-birth-date = Fecha de nacimiento
fact-gender = Género
fact-phone = Teléfono
fact-email = Correo electrónico
fact-address = Dirección
fact-payer = Aseguradora
fact-member-id = N.º de afiliado
fact-group = Grupo
fact-plan = Plan
fact-rx-bin = RxBIN
fact-rx-pcn = RxPCN
fact-status = Estado
fact-when = Fecha
fact-dosage = Dosis
fact-reaction = Reacción
fact-criticality = Gravedad
fact-lot = Lote
fact-rendered-pdf = PDF que la aplicación creó a partir de los registros
fact-story-pdf = PDF con las palabras del paciente
fact-format = Formato
fact-size = Tamaño

caution-entered-in-error = Quien lo envía lo marcó como registrado por error.
caution-refuted = Quien lo envía lo marcó como descartado o no realizado.
caution-modified = Un modificador cambia su significado. Lea antes el registro completo.
caution-of-another = Nada indica que este registro sea de este paciente. No se puede archivar.
caution-person-unclear = El registro no dice con claridad de quién es. Compruébelo con el paciente.
caution-incomplete = Faltan partes obligatorias y el EHR lo rechazaría. No se puede archivar.

viewable-document = Documento
viewable-card-front = Frente de la tarjeta
viewable-card-back = Reverso de la tarjeta
viewable-logo = Logotipo
viewable-picture = Imagen

assurance-signed-listed = Firmado por { $name }, en la lista del { $date }
assurance-signed-unlisted = Firmado por { $host }, que no está en la lista
assurance-signed-not-checked = La firma de { $host } no se pudo comprobar
assurance-patient-provided = Compartido por el paciente, sin firma

actor-patient = el paciente
actor-sending-app = los autores de la aplicación que envía
actor-front-desk = recepción
actor-clinic-it = el equipo de informática de la clínica

finding-flag-is-not-u = La marca del enlace no es exactamente U.
finding-no-expiry = El enlace no tiene fecha de fin.
finding-expired = La fecha de fin del enlace ya pasó.
finding-expiry-is-text = La fecha de fin del enlace es texto y no un número.
finding-expiry-in-millis = La fecha de fin del enlace está en milisegundos y no en segundos.
finding-not-a-collection = El paquete no es una colección.
finding-no-timestamp = El paquete no dice cuándo se hizo.
finding-no-patient = El paquete no contiene ningún paciente.
finding-several-patients = El paquete contiene más de un paciente.
finding-patient-alone = El paquete no contiene nada además del paciente.
finding-unreadable-entry = Una entrada del paquete no contiene ningún registro.
finding-claims-profile = El paquete declara un perfil y no debería.
finding-document-not-current = Un documento no está marcado como vigente.
finding-document-without-pdf = Un documento no contiene ningún PDF.
finding-document-type-unknown = Un documento no es de ninguno de los dos tipos de PDF.
finding-document-not-patient-shared = Un documento no está marcado como compartido por el paciente.
finding-document-without-date = Un documento no tiene fecha.
finding-document-of-other = Un documento trata de otra persona y no del paciente.
finding-document-by-other = Un documento no fue escrito por el paciente.
finding-document-not-labelled = A un documento le falta la etiqueta de declaración del paciente.
