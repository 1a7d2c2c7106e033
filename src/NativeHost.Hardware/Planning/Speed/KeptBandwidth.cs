using System.Text;
using System.Text.Json;

namespace NativeHost.Hardware.Planning.Speed;

/// <summary>What was measured on this machine, kept in a file: once is enough for a processor.</summary>
internal sealed class KeptBandwidth(string folder)
{
    private const string ProcessorKey = "processor";
    private const string ThreadsKey = "threads";
    private const string SpeedKey = "bytesPerSecond";
    private const int MostBytes = 4096;

    private string FilePath => Path.Combine(folder, "memory-bandwidth.json");

    /// <summary>What was measured with this processor and so many threads; null for nothing, or where it cannot be read.</summary>
    public MemoryBandwidth? Find(string processor, int threads)
    {
        try
        {
            var file = new FileInfo(FilePath);
            if (!file.Exists || file.Length > MostBytes)
            {
                return null;
            }

            using var json = JsonDocument.Parse(File.ReadAllText(FilePath));
            return json.RootElement.GetProperty(ProcessorKey).GetString() == processor
                && json.RootElement.GetProperty(ThreadsKey).GetInt32() == threads
                && json.RootElement.GetProperty(SpeedKey).GetDouble() is > 0 and var speed
                && double.IsFinite(speed)
                    ? new MemoryBandwidth(speed, threads)
                    : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // It can be measured again.
            return null;
        }
    }

    /// <summary>Keeps what was measured, unless that cannot be written.</summary>
    public void Keep(string processor, MemoryBandwidth bandwidth)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString(ProcessorKey, processor);
            writer.WriteNumber(ThreadsKey, bandwidth.Threads);
            writer.WriteNumber(SpeedKey, Math.Round(bandwidth.BytesPerSecond));
            writer.WriteEndObject();
        }

        try
        {
            Directory.CreateDirectory(folder);

            // Nobody sees half of it.
            var whole = FilePath + "." + Guid.NewGuid().ToString("N")[..8];
            File.WriteAllText(whole, Encoding.UTF8.GetString(json.ToArray()));
            File.Move(whole, FilePath, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next process measures again.
        }
    }
}
