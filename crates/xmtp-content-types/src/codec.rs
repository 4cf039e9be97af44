//! How a content type is read and written: implement [`Codec`] to add one of your own.
use crate::{ContentError, ContentTypeId, EncodedContent};

/// Reads and writes one content type.
///
/// ```
/// use xmtp_content_types::{Codec, ContentError, ContentTypeId, EncodedContent};
///
/// struct Celsius;
///
/// impl Codec for Celsius {
///     type Content = i32;
///
///     fn content_type(&self) -> ContentTypeId {
///         ContentTypeId::constant("weather.example", "celsius", 1, 0)
///     }
///
///     fn encode(&self, degrees: &i32) -> Result<EncodedContent, ContentError> {
///         Ok(EncodedContent::new(self.content_type(), degrees.to_string()))
///     }
///
///     fn decode(&self, encoded: &EncodedContent) -> Result<i32, ContentError> {
///         encoded.text()?.parse().map_err(|_| ContentError::Malformed { what: "temperature" })
///     }
///
///     fn fallback(&self, degrees: &i32) -> Option<String> {
///         Some(format!("It is {degrees} °C"))
///     }
/// }
///
/// let encoded = EncodedContent::from_codec(&Celsius, &-3)?;
/// assert_eq!(encoded.fallback(), Some("It is -3 °C"));
/// assert_eq!(encoded.decode_with(&Celsius)?, -3);
/// # Ok::<(), ContentError>(())
/// ```
pub trait Codec {
    /// The value that is encoded.
    type Content;

    /// The id that is written, and whose authority, name and major version are read.
    fn content_type(&self) -> ContentTypeId;

    /// The value as content. [`EncodedContent::from_codec`] adds the type id and the fallback.
    ///
    /// # Errors
    /// [`ContentError`] if the value cannot be encoded.
    fn encode(&self, content: &Self::Content) -> Result<EncodedContent, ContentError>;

    /// The value that content holds. [`EncodedContent::decode_with`] has checked the type id.
    ///
    /// # Errors
    /// [`ContentError`] if the content is not well formed.
    fn decode(&self, encoded: &EncodedContent) -> Result<Self::Content, ContentError>;

    /// What applications show that cannot read the type; nothing by default.
    fn fallback(&self, _content: &Self::Content) -> Option<String> {
        None
    }

    /// Whether the message is worth a push notification; yes by default. A hint at publishing, not part of the content.
    fn should_push(&self, _content: &Self::Content) -> bool {
        true
    }
}
