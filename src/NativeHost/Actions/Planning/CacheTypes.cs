using NativeHost.Actions.Generation;
using NativeHost.Gguf;
using NativeHost.Messages;

namespace NativeHost.Actions.Planning;

/// <summary>The types that llama.cpp can keep a context in.</summary>
internal static class CacheTypes
{
    private static readonly Dictionary<string, uint> Ids = new(StringComparer.OrdinalIgnoreCase)
    {
        ["f32"] = GgufTensorType.F32,
        ["f16"] = GgufTensorType.F16,
        ["bf16"] = GgufTensorType.BF16,
        ["q8_0"] = GgufTensorType.Q8,
        ["q5_1"] = 7,
        ["q5_0"] = 6,
        ["q4_1"] = 3,
        ["q4_0"] = 2,
        ["iq4_nl"] = 20,
    };

    /// <summary>The number of a type by its name; null for null.</summary>
    /// <exception cref="RequestException">No cache is of this type.</exception>
    public static uint? Read(string? name)
        => name is null ? null
            : Ids.TryGetValue(name, out var id) ? id
            : throw SettingValue.Bad("cache_type", $"one of {string.Join(", ", Ids.Keys)}");
}
