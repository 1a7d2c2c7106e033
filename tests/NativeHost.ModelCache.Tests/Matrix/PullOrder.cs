using System.Text.Json.Serialization;

namespace NativeHost.ModelCache.Tests.Matrix;

/// <summary>What a <see cref="PullProcess"/> is to do.</summary>
/// <param name="Name">Ends its version, by which the hub's requests tell whose they are.</param>
/// <param name="BlockSize">Bytes; null for the usual ones.</param>
internal sealed record PullOrder(string Name, string Home, Uri Hub, string Address, int? BlockSize)
{
    /// <summary>A <see cref="ModelCache.Blobs.CrashPoint"/> at which it dies by itself; null for none.</summary>
    public string? DiesAt { get; init; }

    /// <summary>At which passing of that point, counted from 1.</summary>
    public int DiesAtNth { get; init; } = 1;

    /// <summary>Whether .NET is told not to lock files.</summary>
    public bool IsWithoutLocks { get; init; }

    /// <summary>Where it says, line by line, how many bytes it has, and in the end how it ended.</summary>
    [JsonIgnore]
    public string Log => Path.Combine(Home, $"{Name}.log");

    [JsonIgnore]
    public string Version => $"0.0.0-{Name}";
}

[JsonSerializable(typeof(PullOrder))]
internal sealed partial class PullOrderJson : JsonSerializerContext;
