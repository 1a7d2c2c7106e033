using System.Text;
using System.Text.Json;

namespace NativeHost.Hardware.Planning.Speed;

/// <summary>The best of what was measured on this machine, kept in a file for one processor.</summary>
internal sealed class KeptBandwidth(string folder)
{
    private const string ProcessorKey = "processor";
    private const string ThreadsKey = "threads";
    private const string SpeedKey = "bytesPerSecond";
    private const string CountKey = "measurements";
    private const int MostBytes = 4096;

    private string FilePath => Path.Combine(folder, "memory-bandwidth.json");

    /// <summary>The best that was measured with this processor and so many threads; null for nothing, or where it cannot be read.</summary>
    /// <param name="count">Of how many measurements.</param>
    public MemoryBandwidth? Find(string processor, int threads, out int count)
    {
        count = 0;
        try
        {
            var file = new FileInfo(FilePath);
            if (!file.Exists || file.Length > MostBytes)
            {
                return null;
            }

            using var json = JsonDocument.Parse(File.ReadAllText(FilePath));
            if (json.RootElement.GetProperty(ProcessorKey).GetString() != processor
                || json.RootElement.GetProperty(ThreadsKey).GetInt32() != threads
                || json.RootElement.GetProperty(SpeedKey).GetDouble() is not (> 0 and var speed)
                || !double.IsFinite(speed))
            {
                return null;
            }

            // There was a time when it was measured once.
            count = json.RootElement.TryGetProperty(CountKey, out var kept) ? kept.GetInt32() : 1;
            return new MemoryBandwidth(speed, threads);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // It can be measured again.
            return null;
        }
    }

    /// <summary>Keeps the best of so many measurements, unless that cannot be written.</summary>
    public void Keep(string processor, MemoryBandwidth bandwidth, int count)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString(ProcessorKey, processor);
            writer.WriteNumber(ThreadsKey, bandwidth.Threads);
            writer.WriteNumber(SpeedKey, Math.Round(bandwidth.BytesPerSecond));
            writer.WriteNumber(CountKey, count);
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
