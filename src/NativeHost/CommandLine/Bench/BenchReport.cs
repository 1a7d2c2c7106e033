using System.Text.Json.Serialization;

namespace NativeHost.CommandLine.Bench;

/// <summary>One generation, measured.</summary>
/// <param name="Tokens">How many tokens it had.</param>
/// <param name="FirstToken">From the request to the first token's text.</param>
/// <param name="Rest">From there to the end.</param>
/// <param name="Processor">Processor time of the whole, over all threads.</param>
internal readonly record struct GenerationFigures(int Tokens, TimeSpan FirstToken, TimeSpan Rest, TimeSpan Processor)
{
    public double TokensPerSecond => (Tokens - 1) / Rest.TotalSeconds;

    /// <summary>In milliseconds.</summary>
    public double ProcessorPerToken => Processor.TotalMilliseconds / Tokens;
}

/// <summary>What <c>tabagent bench</c> prints. Each figure is a median.</summary>
/// <param name="Model">The model's file.</param>
/// <param name="StartToPongMs">From starting the program to its first answer, in milliseconds.</param>
/// <param name="PingMicroseconds">One request and its answer.</param>
/// <param name="IdleMegabytes">Resident memory before a model is loaded.</param>
/// <param name="LoadMs">From asking for the model to its being ready, in milliseconds.</param>
/// <param name="UpdatesPerSecond">Update frames while it generates.</param>
/// <param name="Bare">The same work in a loop with nothing around it, in turns with the host's.</param>
internal sealed record BenchReport(
    string Version,
    string Model,
    string Backend,
    int Runs,
    double StartToPongMs,
    double StartToPongProcessorMs,
    double PingMicroseconds,
    double IdleMegabytes,
    double LoadMs,
    double UpdatesPerSecond,
    GenerationReport Host,
    GenerationReport Bare,
    BenchRatios Ratios);

internal sealed record GenerationReport(int Tokens, double FirstTokenMs, double TokensPerSecond, double ProcessorMsPerToken);

/// <summary>The host against the bare loop: medians over pairs of runs.</summary>
/// <param name="TokensPerSecond">The host's speed as a part of the loop's.</param>
/// <param name="ProcessorPerToken">
/// The loop's processor time per token as a part of the host's; null where a run is too short for the system's clock of it.
/// </param>
/// <param name="FirstTokenMsOver">How much later the host's first token comes, in milliseconds.</param>
internal sealed record BenchRatios(double TokensPerSecond, double? ProcessorPerToken, double FirstTokenMsOver);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BenchReport))]
internal sealed partial class BenchJson : JsonSerializerContext;
