//! A loopback HTTP server that takes transactions, each after a pause, and remembers in which order they came.

use ktc_kiosk::filing::systems::ITEM;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub struct BusyEhr {
    port: u16,
    taken: Arc<Mutex<Vec<String>>>,
}

impl BusyEhr {
    /// Answers each request after this pause, as many at once as come.
    pub fn start(pause: Duration) -> BusyEhr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let known = Arc::clone(&taken);
        let accept = move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let taken = Arc::clone(&known);
                std::thread::Builder::new().spawn(move || serve(stream, pause, &taken)).expect("a thread");
            }
        };
        std::thread::Builder::new().spawn(accept).expect("a thread");
        BusyEhr { port, taken }
    }

    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/fhir", self.port)
    }

    /// The names of the first entries of the transactions, in the order in which they came.
    pub fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("a lock").clone()
    }
}

fn serve(stream: TcpStream, pause: Duration, taken: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let mut stream = stream;
    while let Some((is_post, body)) = request(&mut reader) {
        let answer =
            if is_post { transaction(&body, taken) } else { json!({"resourceType": "Bundle", "type": "searchset"}) };
        std::thread::sleep(pause);
        let body = answer.to_string();
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n";
        if write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).is_err() {
            return;
        }
    }
}

fn transaction(body: &[u8], taken: &Mutex<Vec<String>>) -> Value {
    let bundle: Value = serde_json::from_slice(body).expect("JSON");
    let entries = bundle["entry"].as_array().expect("entries");
    let first = &entries[0]["resource"]["identifier"][0];
    assert_eq!(first["system"], ITEM);
    let name = first["value"].as_str().expect("a name").to_owned();
    taken.lock().expect("a lock").push(name.clone());
    let made = |place: usize| json!({"response": {"status": "201", "location": format!("Condition/{name}-{place}")}});
    let made: Vec<Value> = (0..entries.len()).map(made).collect();
    json!({"resourceType": "Bundle", "type": "transaction-response", "entry": made})
}

/// Whether it is a POST, and its body.
fn request(reader: &mut BufReader<TcpStream>) -> Option<(bool, Vec<u8>)> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
    let (is_post, mut length) = (line.starts_with("POST"), 0);
    loop {
        line.clear();
        reader.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
        let lower = line.to_ascii_lowercase();
        match lower.split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((is_post, body))
}
