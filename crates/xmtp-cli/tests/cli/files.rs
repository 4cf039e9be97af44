//! Files that lie on a server.
use crate::support::{User, field, text, world};
use serde_json::json;
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
};
use xmtp_agent::attachments::SealedFile;
use xmtp_client::{Client, Environment, Identifier, LocalWallet, Network};
use xmtp_content_types::{Attachment, Content, MultiRemoteAttachment};

/// A server that keeps what is put there and gives it out, and who was said to have put it.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<(Vec<u8>, Option<String>)>>);

impl Shelf {
    fn open(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shelf = self.clone();
        std::thread::spawn(move || listener.incoming().for_each(|stream| shelf.serve(stream.unwrap())));
        address
    }

    fn serve(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap() == 0 {
                return;
            }
            if line.trim().is_empty() {
                break;
            }
            lines.push(line.trim().to_owned());
        }
        let header = |name: &str| {
            let line =
                lines.iter().find_map(|line| line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name)));
            line.map(|(_, value)| value.to_owned())
        };
        let mut kept = self.0.lock().unwrap();
        let body = if lines[0].starts_with("PUT") {
            let mut body = vec![0; header("content-length").unwrap().parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            *kept = (body, header("authorization"));
            Vec::new()
        } else {
            kept.0.clone()
        };
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        (&stream).write_all(&[head.as_bytes(), &body].concat()).unwrap();
    }
}

/// Sends `content` to the user from somebody else; the id of the message.
async fn sent(user: &User, content: Content) -> String {
    let me: Identifier = user.address().parse().unwrap();
    let network = Network::at(Environment::Local, user.url.clone());
    let client = Client::builder(LocalWallet::generate().unwrap()).network(network).in_memory().build().await.unwrap();
    let dm = client.conversations().dm(client.inbox_of(&me).await.unwrap()).await.unwrap();
    dm.send(content.to_bytes(), true).await.unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_file_is_fetched_opened_and_written_and_never_over_another() {
    let (_folder, _network, [alice]) = world();
    let shelf = Shelf::default();
    let host = shelf.open().to_string();
    let bytes = vec![7; 300_000];
    let sealed = SealedFile::seal(&Attachment::new("../notes.txt", "text/plain", bytes.clone())).unwrap();
    shelf.0.lock().unwrap().0 = sealed.bytes().await.unwrap().to_vec();
    let remote = sealed.at(format!("http://{host}/f"));
    let id = sent(&alice, Content::from(remote.clone())).await;

    let (code, said) = (alice.run(&["message", &id, "--save", "got"]), "refused, unless");
    assert_eq!(code.status.code(), Some(4));
    assert!(text(&code.stderr).contains(said), "a stranger names no host of ours: {}", text(&code.stderr));
    let told = alice.json(&["message", &id, "--save", "got", "--allow-host", &host]).remove(0);
    assert_eq!(told["content"]["url"], json!(format!("http://{host}/f")));
    let got = |name: &str| fs::read(alice.folder.path().join(name)).unwrap();
    assert_eq!(got("got"), bytes);
    assert_eq!(alice.fails(&["message", &id, "--save", "got", "--allow-host", &host]).0, 1);

    fs::create_dir(alice.folder.path().join("folder")).unwrap();
    let both = sent(&alice, Content::from(MultiRemoteAttachment::new(vec![remote.clone(), remote]))).await;
    assert_eq!(alice.fails(&["message", &both, "--save", "one", "--allow-host", &host]).0, 2);
    alice.json(&["message", &both, "--save", "folder", "--allow-host", &host]);
    assert_eq!(fs::read_dir(alice.folder.path().join("folder")).unwrap().count(), 2);
    assert!(!alice.folder.path().join("notes.txt").exists(), "a name is no path");

    shelf.0.lock().unwrap().0[1000] ^= 1;
    let (code, said) = alice.fails(&["message", &id, "--save", "changed", "--allow-host", &host]);
    assert!(code == 4 && !alice.folder.path().join("changed").exists(), "{said}");
}

#[test]
fn a_file_of_any_size_is_sealed_put_on_a_server_and_announced() {
    let (_folder, _network, [alice, bob]) = world();
    let shelf = Shelf::default();
    let url = format!("http://{}/files/", shelf.open());
    let bytes = vec![7; 2_000_000];
    fs::write(alice.folder.path().join("big.bin"), &bytes).unwrap();
    let public = "https://files.example.org/";
    let args = ["send", &bob.address(), "--file", "big.bin", "--upload", &url, "--public-url", public, "--json"];
    let output = alice.command(&args).env("XMTP_UPLOAD_AUTHORIZATION", "Bearer secret").output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let (kept, who) = shelf.0.lock().unwrap().clone();
    assert_eq!(who.as_deref(), Some("Bearer secret"));
    assert!(kept.len() > bytes.len() && !kept.windows(64).any(|window| window == [7; 64]), "it is sealed");
    let received = bob.json(&["messages", &alice.address(), "--type", "remoteStaticAttachment"]).remove(0);
    let content = &received["content"];
    assert!(field(content, "url").starts_with(public), "{content}");
    assert_eq!((field(content, "filename"), &content["content_length"]), ("big.bin", &json!(kept.len())));
    assert!(bob.shown(&["messages", &alice.address()]).contains("[sealed file “big.bin”"));
    let (code, said) = alice.fails(&["send", &bob.address(), "--file", "big.bin", "--upload", "http://example.org/"]);
    assert!(code == 4 && said.contains("https"), "{said}");
}
