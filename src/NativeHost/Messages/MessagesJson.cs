using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeHost.Messages;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(SnakeCaseEnum<ErrorCode>)])]
[JsonSerializable(typeof(ErrorReply))]
[JsonSerializable(typeof(ErrorDetails))]
internal sealed partial class MessagesJson : JsonSerializerContext;

/// <summary>Enums on the wire are snake_case words.</summary>
internal sealed class SnakeCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
