using System.Globalization;

// Usage: NativeHost.FakeHub [HUB-PORT [CDN-PORT]] [OWNER/NAME=FOLDER …]
// Serves the samples, and the files of the folders as repositories; 0 or no port means any that is free. Prints both addresses in one
// line when it is ready, and runs until it is killed. ControlApi says how to steer it.
var ports = args.TakeWhile(argument => ushort.TryParse(argument, out _)).Select(port => int.Parse(port, CultureInfo.InvariantCulture)).ToList();
await using var hub = await FakeHub.StartAsync(ports.ElementAtOrDefault(0), ports.ElementAtOrDefault(1));
SampleRepos.AddTo(hub);
foreach (var argument in args.Skip(ports.Count))
{
    var parts = argument.Split('=', 2);
    var repo = hub.AddRepo(parts[0]);
    foreach (var path in Directory.EnumerateFiles(parts[1], "*", SearchOption.AllDirectories))
    {
        var name = Path.GetRelativePath(parts[1], path).Replace(Path.DirectorySeparatorChar, '/');
        repo.AddFile(name, await File.ReadAllBytesAsync(path), isLfs: name.EndsWith(".gguf", StringComparison.Ordinal));
    }
}

#pragma warning disable RS0030 // There are no frames on this program's stdout.
Console.WriteLine($"{hub.Endpoint} {hub.CdnEndpoint}");
#pragma warning restore RS0030
await Task.Delay(Timeout.Infinite);
