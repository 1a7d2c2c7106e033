using System.Text.Json;
using NativeHost.ModelCache.Hub;

namespace NativeHost.Messages;

/// <summary>What a value of an enum is called on the wire and in the JSON of verbs, where no serializer writes it.</summary>
internal static class WireWord
{
    /// <summary>In snake_case.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum
        => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <returns>Null where everybody may download, or that is not known.</returns>
    public static string? OfGate(RepoGate? gate) => gate switch
    {
        RepoGate.Automatic => "auto",
        RepoGate.Manual => "manual",
        _ => null,
    };
}
