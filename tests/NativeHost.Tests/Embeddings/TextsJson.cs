using System.Text.Json.Serialization;

namespace NativeHost.Tests.Embeddings;

[JsonSerializable(typeof(IEnumerable<string>))]
internal sealed partial class TextsJson : JsonSerializerContext;
