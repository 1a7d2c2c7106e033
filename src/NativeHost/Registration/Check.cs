using System.Text.Json.Serialization;

namespace NativeHost.Registration;

/// <summary>How one check ended.</summary>
internal enum CheckState
{
    Ok,

    /// <summary>Worth knowing, but nothing is broken.</summary>
    Note,

    Wrong,
}

/// <summary>One thing that the doctor looked at.</summary>
/// <param name="Code">A fixed word for programs, in lower case with dashes.</param>
/// <param name="State">How it ended.</param>
/// <param name="Found">What was found, in words.</param>
/// <param name="Mend">What the user can do about it; null where there is nothing to do.</param>
internal sealed record Check(string Code, CheckState State, string Found, string? Mend = null);

/// <summary>All that the doctor found, as <c>doctor --json</c> prints it.</summary>
internal sealed record Diagnosis(bool IsHealthy, IReadOnlyList<Check> Checks);

/// <summary>How a diagnosis is printed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(Diagnosis))]
internal sealed partial class DiagnosisJson : JsonSerializerContext;
