using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Probing;
using NativeHost.Processes.Starting;

namespace NativeHost.Devices;

/// <summary>Asks llama.cpp for its devices, in a process of its own: drivers of GPUs may crash, hang, or never leave memory.</summary>
/// <param name="program">The executable that prints them, and its arguments.</param>
internal sealed class EngineDeviceList(IReadOnlyList<string> program)
{
    private const int MaxErrorLength = 200;

    /// <exception cref="IOException">The process does not start, or ends without having told them.</exception>
    public async Task<EngineDevices> AskAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program[0], program.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,

            // llama.cpp's libraries look for others there: it must not be a folder that strangers write to.
            WorkingDirectory = AppContext.BaseDirectory,
        };
        ChildEnvironment.RestrictToWorker(start);
        var (exitCode, output, errors) = await ProgramOutput.ReadAsync(start, cancellationToken);

        // How it ends does not count, once it has told all: some drivers crash when they are let go.
        return TryParse(output) ?? throw new IOException($"The process that lists the engine's devices ended with {exitCode}: {LastLine(errors)}");
    }

    private static EngineDevices? TryParse(string output)
    {
        try
        {
            return JsonSerializer.Deserialize(output, DevicesJson.Default.EngineDevices);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string LastLine(string text)
    {
        var line = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "it said nothing.";
        return line[..Math.Min(line.Length, MaxErrorLength)];
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EngineDevices))]
internal sealed partial class DevicesJson : JsonSerializerContext;
