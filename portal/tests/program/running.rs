//! A portal that runs, and a browser that looks at it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::hand::command;

/// A portal that runs until it is dropped.
pub struct Running {
    child: Child,
    /// Such as `127.0.0.1:43210`.
    pub address: String,
}

impl Running {
    pub fn start(store: &Path, arguments: &[&str]) -> Self {
        let mut child = command(store, arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let mut lines = lines.map(Result::unwrap);
        let line = lines.find(|line| line.starts_with("http://"));
        let Some(address) = line else {
            let mut said = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .unwrap();
            panic!("no address on a line of its own: {said}");
        };
        let address = address.strip_prefix("http://").unwrap().to_owned();
        Self { child, address }
    }

    pub fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(sent.success());
    }

    pub fn ended(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    pub fn port(&self) -> &str {
        self.address.rsplit(':').next().unwrap()
    }

    /// An answer as it comes.
    pub fn get(&self, path: &str) -> String {
        self.send("GET", path, &[], "")
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let mut head = vec![
            format!("{method} {path} HTTP/1.1"),
            "connection: close".to_owned(),
        ];
        if !headers.iter().any(|(name, _)| *name == "host") {
            head.push(format!("host: {}", self.address));
        }
        if !body.is_empty() {
            head.push("content-type: application/x-www-form-urlencoded".to_owned());
            head.push(format!("content-length: {}", body.len()));
        }
        head.extend(
            headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        let request = format!("{}\r\n\r\n{body}", head.join("\r\n"));
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Ctrl-C.
pub fn interrupt(child: &Child) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status();
    assert!(sent.unwrap().success());
}

/// A header of an answer.
pub fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let (head, _) = answer.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(one, _)| *one == name).map(|(_, value)| value)
}

/// The status of an answer.
pub fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// A browser: what it keeps between requests.
#[derive(Default, Clone)]
pub struct Browser(BTreeMap<String, String>);

impl Browser {
    /// An answer, after it was led to wherever it was led.
    pub fn open(&mut self, portal: &Running, path: &str) -> String {
        self.go(portal, "GET", path, "")
    }

    pub fn go(&mut self, portal: &Running, method: &str, path: &str, body: &str) -> String {
        let mut answer = self.once(portal, method, path, body);
        for _ in 0..8 {
            let Some(place) = header(&answer, "location").map(str::to_owned) else {
                return answer;
            };
            let here = format!("http://{}", portal.address);
            let path = place.strip_prefix(&here).unwrap_or(&place);
            assert!(path.starts_with('/'), "led away: {place}");
            answer = self.once(portal, "GET", path, "");
        }
        panic!("led around: {answer}");
    }

    pub fn once(&mut self, portal: &Running, method: &str, path: &str, body: &str) -> String {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = pairs.collect::<Vec<_>>().join("; ");
        let answer = portal.send(method, path, &[("cookie", &cookies)], body);
        let (head, _) = answer.split_once("\r\n\r\n").unwrap();
        for line in head
            .lines()
            .filter_map(|line| line.strip_prefix("set-cookie: "))
        {
            let (pair, rest) = line.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0;") {
                self.0.remove(name);
            } else {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}
