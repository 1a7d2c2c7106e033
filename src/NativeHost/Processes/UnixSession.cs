using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace NativeHost.Processes;

/// <summary>All processes of a session on Linux or macOS, in whatever groups they are and whoever their parents are.</summary>
internal static partial class UnixSession
{
    private const int KillSignal = 9;

    /// <summary>What was stopped makes no more processes, so that a few rounds find all; a bound for what no system should do.</summary>
    private const int MostRounds = 1000;

    private static int StopSignal => OperatingSystem.IsMacOS() ? 17 : 19;

    /// <summary>Ends them; those that belong to another user stay.</summary>
    /// <param name="leader">The number of the session and of the process that leads it, which nobody has waited for yet: so it is no other's.</param>
    public static void Kill(int leader)
    {
        // One that is killed while another starts a third would leave that one behind. So all have to stand still first.
        var found = new HashSet<int>();
        for (var round = 0; round < MostRounds && StopOthers(leader, found); round++)
        {
        }

        foreach (var member in found)
        {
            _ = kill(member, KillSignal);
        }
    }

    /// <returns>Whether there were any.</returns>
    private static bool StopOthers(int leader, HashSet<int> found)
    {
        var before = found.Count;
        foreach (var member in Processes().Where(pid => getsid(pid) == leader && found.Add(pid)))
        {
            _ = kill(member, StopSignal);
        }

        return found.Count > before;
    }

    private static List<int> Processes()
    {
        var numbers = new List<int>();
        if (OperatingSystem.IsLinux())
        {
            foreach (var folder in Directory.EnumerateDirectories("/proc"))
            {
                if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    numbers.Add(number);
                }
            }

            return numbers;
        }

        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                numbers.Add(process.Id);
            }
        }

        return numbers;
    }

    // pid_t getsid(pid_t pid);
    [LibraryImport("libc")]
    private static partial int getsid(int pid);

    // int kill(pid_t pid, int sig);
    [LibraryImport("libc")]
    private static partial int kill(int pid, int number);
}
