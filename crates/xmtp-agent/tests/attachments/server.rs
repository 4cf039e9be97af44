//! A server for files.
use crate::signature;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use futures::stream;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};

pub(crate) const TOKEN: &str = "Bearer of-the-uploader";

/// What the server has been given, by path.
#[derive(Clone, Default)]
pub(crate) struct Files(Arc<Mutex<BTreeMap<String, Bytes>>>);

impl Files {
    pub(crate) fn put(&self, path: &str, bytes: impl Into<Bytes>) {
        self.0.lock().unwrap().insert(path.to_owned(), bytes.into());
    }

    fn get(&self, path: &str) -> Option<Bytes> {
        self.0.lock().unwrap().get(path).cloned()
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        self.0.lock().unwrap().keys().cloned().collect()
    }
}

pub(crate) struct Server {
    pub(crate) host: String,
    pub(crate) files: Files,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let files = Files::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let routes = Router::new()
            .route("/files/{name}", put(keep).get(give))
            .route("/location", post(location))
            .route("/text", post(text))
            .route("/json", post(json))
            .route("/nothing", post(nothing))
            .route("/bucket/{*object}", put(signed).get(signed))
            .route("/to/{*url}", get(redirect))
            .route("/half/{name}", get(half))
            .route("/endless", get(endless))
            .route("/silent", get(silent))
            .with_state(files.clone());
        let task = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { host, files, task }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn is_known(headers: &HeaderMap) -> bool {
    headers.get(header::AUTHORIZATION).is_some_and(|value| value == TOKEN)
}

async fn whole(request: Request) -> Bytes {
    let announced: usize = request.headers().get(header::CONTENT_LENGTH).unwrap().to_str().unwrap().parse().unwrap();
    let bytes = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
    assert_eq!(bytes.len(), announced);
    bytes
}

async fn keep(State(files): State<Files>, request: Request) -> StatusCode {
    if !is_known(request.headers()) {
        return StatusCode::FORBIDDEN;
    }
    let path = request.uri().path().to_owned();
    files.put(&path, whole(request).await);
    StatusCode::CREATED
}

async fn give(State(files): State<Files>, Path(name): Path<String>) -> Response {
    match files.get(&format!("/files/{name}")) {
        Some(bytes) => bytes.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn location(State(files): State<Files>, request: Request) -> Response {
    files.put("/files/located", whole(request).await);
    (StatusCode::CREATED, [(header::LOCATION, "/files/located")]).into_response()
}

async fn text(State(files): State<Files>, request: Request) -> String {
    let host = request.headers().get(header::HOST).unwrap().to_str().unwrap().to_owned();
    files.put("/files/told", whole(request).await);
    format!("http://{host}/files/told\n")
}

async fn json(State(files): State<Files>, request: Request) -> String {
    let host = request.headers().get(header::HOST).unwrap().to_str().unwrap().to_owned();
    files.put("/files/in-json", whole(request).await);
    format!(r#"{{"data":{{"url":"http://{host}/files/in-json"}}}}"#)
}

async fn nothing(request: Request) -> &'static str {
    drop(whole(request).await);
    "  \n"
}

/// As S3 does: whoever has the right signature writes and reads.
async fn signed(State(files): State<Files>, request: Request) -> Response {
    if !signature::is_right(request.method(), request.uri(), request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let path = request.uri().path().to_owned();
    if request.method() == Method::PUT {
        files.put(&path, whole(request).await);
        return StatusCode::OK.into_response();
    }
    files.get(&path).map_or_else(|| StatusCode::NOT_FOUND.into_response(), IntoResponse::into_response)
}

async fn redirect(Path(url): Path<String>) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, url)]).into_response()
}

/// Announces all of a file, gives half of it, and breaks off.
async fn half(State(files): State<Files>, Path(name): Path<String>) -> Response {
    let bytes = files.get(&format!("/files/{name}")).unwrap();
    let half = bytes.slice(..bytes.len() / 2);
    let body = Body::from_stream(stream::iter([Ok::<_, std::io::Error>(half)]));
    ([(header::CONTENT_LENGTH, bytes.len().to_string())], body).into_response()
}

async fn endless() -> Body {
    Body::from_stream(stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[0; 4096]))))
}

async fn silent() {
    std::future::pending::<()>().await;
}
