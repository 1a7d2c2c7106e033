using System.Text.Json;
using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Graphics;

/// <summary>GPUs as macOS tells about them, through a program that takes a second or two.</summary>
internal static class MacGraphics
{
    private const string Profiler = "/usr/sbin/system_profiler";
    private const string Section = "SPDisplaysDataType";

    /// <exception cref="IOException">The program is not there, or does not answer.</exception>
    /// <exception cref="JsonException">It answers what is no JSON.</exception>
    public static async Task<IReadOnlyList<GraphicsDevice>> ListAsync(ICommands commands, CancellationToken cancellationToken)
        => Parse(await commands.RunAsync(
            commands.Find([Profiler]) ?? throw new IOException($"There is no {Profiler}."), ["-json", "-detailLevel", "mini", Section], cancellationToken));

    internal static IReadOnlyList<GraphicsDevice> Parse(string output)
    {
        using var document = JsonDocument.Parse(output);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty(Section, out var devices) && devices.ValueKind == JsonValueKind.Array
            ? [.. devices.EnumerateArray().Where(device => device.ValueKind == JsonValueKind.Object).Select(Of)]
            : [];
    }

    private static GraphicsDevice Of(JsonElement device)
    {
        var name = Text("sppci_model") ?? Text("_name");
        var vendor = GraphicsVendors.OfName($"{Text("spdisplays_vendor")} {name}");
        var own = Bytes(Text("spdisplays_vram") ?? Text("_spdisplays_vram"));
        var shared = Bytes(Text("spdisplays_vram_shared") ?? Text("_spdisplays_vram_shared"));
        return new GraphicsDevice
        {
            Name = name,
            Vendor = vendor,
            SharesMemory = vendor == GraphicsVendor.Apple || shared is not null ? true : own is not null ? false : null,

            // Of what is shared this is what a screen may take, not a model; the engine knows better.
            TotalBytes = vendor == GraphicsVendor.Apple || shared is not null ? null : own,
        };

        string? Text(string field) => device.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    /// <summary>A size such as <c>8 GB</c>.</summary>
    private static long? Bytes(string? size) => size?.Split(' ') switch
    {
        [var number, "GB"] => FieldText.Number(number) * 1024 * 1024 * 1024,
        [var number, "MB"] => FieldText.Number(number) * 1024 * 1024,
        _ => null,
    };
}
